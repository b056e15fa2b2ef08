FROM perl:5.40-slim-bookworm
WORKDIR /app
COPY . .
CMD ["perl", "main.pl"]
