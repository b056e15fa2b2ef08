FROM python:3.11
WORKDIR /app
COPY . .
RUN make deps
CMD ["make", "run"]
