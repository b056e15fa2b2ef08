FROM python:2.99
CMD ["python3"]
