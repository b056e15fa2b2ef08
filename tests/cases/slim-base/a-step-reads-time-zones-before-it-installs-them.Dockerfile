FROM node:20
RUN ln -snf /usr/share/zoneinfo/Europe/Berlin /etc/localtime \
    && apt-get update && apt-get install -y --no-install-recommends tzdata jq \
    && rm -rf /var/lib/apt/lists/*
CMD ["date"]
