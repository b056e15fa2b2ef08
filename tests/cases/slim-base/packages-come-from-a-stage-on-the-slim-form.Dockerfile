FROM python:3.12-slim AS builder
COPY requirements.txt .
RUN pip install --user -r requirements.txt

FROM python:3.12
COPY --from=builder /root/.local /root/.local
COPY app.py ./
CMD ["gunicorn", "app:app"]
