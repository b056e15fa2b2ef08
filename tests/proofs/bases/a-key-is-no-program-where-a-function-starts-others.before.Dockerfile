FROM python:3.11
WORKDIR /w
COPY . .
CMD ["python", "w.py"]
