FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y git python3-pip
RUN git clone https://example.com/board.git /tmp/board && pip3 install -r /tmp/board/requirements.txt

FROM debian:bookworm
RUN apt-get update && apt-get install -y python3 python3-setuptools git && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local /usr/local
CMD ["python3", "/tmp/board/app.py"]
