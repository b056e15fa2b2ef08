FROM python:3.12
COPY a.py /a.py
CMD ["python3", "/a.py"]
