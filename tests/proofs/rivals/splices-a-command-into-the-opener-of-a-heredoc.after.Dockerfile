FROM debian:12
RUN <<EOF && rm -rf /var/lib/apt/lists/*
apt-get update
apt-get install -y curl
EOF
