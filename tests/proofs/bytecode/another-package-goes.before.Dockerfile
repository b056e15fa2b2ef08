FROM python:3.12-slim
RUN pip install flask gunicorn
CMD ["flask", "run"]
