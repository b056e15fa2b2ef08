FROM python:3.12
COPY . .
RUN pip install .
CMD ["python3"]
