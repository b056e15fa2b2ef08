FROM python:3.11-bookworm
WORKDIR /w
COPY . .
CMD ["python", "w.py"]
