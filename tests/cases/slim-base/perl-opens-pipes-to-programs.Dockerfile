FROM perl:5.40-bookworm
WORKDIR /app
COPY . .
CMD ["perl", "main.pl"]
