FROM python:3.12-slim
WORKDIR /srv
COPY . .
RUN pip install pipenv && pipenv sync --system --categories=docs
CMD ["python", "app.py"]
