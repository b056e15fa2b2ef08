FROM python:3.12-alpine
RUN apk add gcc musl-dev && pip install pip-tools
COPY requirements.txt .
RUN pip install -r requirements.txt
CMD ["python", "app.py"]
