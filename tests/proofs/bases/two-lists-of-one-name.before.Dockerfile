FROM python:3.12-bookworm
COPY b/requirements.txt .
RUN pip install -r requirements.txt
CMD ["python"]
