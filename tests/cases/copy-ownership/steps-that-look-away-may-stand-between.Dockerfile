FROM python:3.12
RUN useradd app
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt && rm -rf /tmp/cache
COPY . .
RUN chown -R app:app /app
