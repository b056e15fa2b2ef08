FROM node:22 AS web
RUN npm pack left-pad

FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=web /web/dist ./static
COPY requirements.txt ./
RUN pip install --no-cache-dir --no-compile -r requirements.txt
COPY . .
CMD ["python", "/app/app.py"]
