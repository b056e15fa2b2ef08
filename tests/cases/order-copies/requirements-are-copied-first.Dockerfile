# The shop.
FROM python:3.12
WORKDIR /app

# All of it.
COPY --chown=1000:1000 . .

# What it needs.
RUN pip install --no-cache-dir -r requirements.txt

CMD ["python", "app.py"]
