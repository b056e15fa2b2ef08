FROM mirror.example.com:5000/library/python:3.12
CMD ["python3"]
