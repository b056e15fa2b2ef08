FROM python:3.12 AS builder
COPY requirements.txt .
RUN pip wheel --wheel-dir /wheels -r requirements.txt

FROM python:3.12
COPY --from=builder /wheels /wheels
RUN pip install --no-index --find-links=/wheels /wheels/flask-3.0.3-py3-none-any.whl gunicorn
COPY app.py ./
CMD ["gunicorn", "app:app"]
