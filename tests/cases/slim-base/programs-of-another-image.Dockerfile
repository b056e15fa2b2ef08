FROM python:3.12
COPY --from=example.com/tool /tool /usr/bin/tool
CMD ["python3"]
