FROM debian:bookworm
RUN apt-get update && apt-get install -y nginx python3 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN python3 build.py
CMD ["nginx", "-g", "daemon off;"]
