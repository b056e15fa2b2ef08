FROM python:3.11
WORKDIR /app
COPY . .
RUN git clone https://example.org/x /x && make -C /x
CMD ["make", "run"]
