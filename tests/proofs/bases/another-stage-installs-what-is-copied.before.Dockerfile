FROM python:3.12 AS builder
COPY requirements.txt .
RUN pip install --prefix=/install -r requirements.txt

FROM python:3.12
COPY --from=builder /install /usr/local
COPY app.py ./
CMD ["gunicorn", "app:app"]
