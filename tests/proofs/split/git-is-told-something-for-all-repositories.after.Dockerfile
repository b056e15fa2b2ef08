FROM python:3.12 AS build
RUN pip install --no-cache-dir GitPython==3.1.43
WORKDIR /app
RUN git config --global --add safe.directory '*'
COPY app.py .

FROM python:3.12-slim
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local /usr/local
WORKDIR /app
COPY app.py .
CMD ["python", "app.py"]
