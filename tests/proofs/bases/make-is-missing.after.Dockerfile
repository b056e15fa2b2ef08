FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN make deps
CMD ["make", "run"]
