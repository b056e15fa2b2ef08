FROM python:3.13-trixie
RUN adduser --system app
USER app
CMD ["python3"]
