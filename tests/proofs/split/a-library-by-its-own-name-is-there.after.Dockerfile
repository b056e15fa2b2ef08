FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y python3 python3-pip python3-dev gcc libsodium-dev
WORKDIR /app
COPY requirements.txt .
RUN pip3 install --break-system-packages -r requirements.txt

FROM debian:bookworm
RUN apt-get update && apt-get install -y python3 python3-setuptools libsodium23 && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local /usr/local
WORKDIR /app
COPY . .
CMD ["python3", "app.py"]
