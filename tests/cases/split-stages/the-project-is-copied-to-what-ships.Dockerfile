FROM python:3.12-bookworm
ARG OWNER=1000
ENV PORT=8000
RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1000 shop
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --no-compile -r requirements.txt
USER shop
EXPOSE 8000
# templates, too
COPY --chown=shop:shop . .
ENV MODE=production
CMD ["python", "app.py"]
