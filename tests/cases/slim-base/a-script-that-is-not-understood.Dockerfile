FROM python:3.12
RUN if true; then echo
CMD ["python3"]
