FROM python:3.12
ONBUILD COPY . /app
CMD ["python3"]
