FROM python:3.12
WORKDIR /app
COPY . .
RUN python build.py
RUN mkdir -p /releases/v1 && cp -r public/. /releases/v1 && ln -sfn /releases/v1 public/latest
CMD ["python", "-m", "http.server", "8000", "--directory", "public"]
