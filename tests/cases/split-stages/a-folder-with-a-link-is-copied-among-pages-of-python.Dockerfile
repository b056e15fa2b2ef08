FROM python:3.12
WORKDIR /app
COPY . .
RUN mkdir -p dist && cp -r static dist/static && python render.py dist
CMD ["python", "-m", "http.server", "80", "-d", "dist"]
