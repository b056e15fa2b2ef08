FROM python:3.12-slim-bookworm
WORKDIR /app
COPY . .
RUN pip install GitPython
CMD ["python","app.py"]
