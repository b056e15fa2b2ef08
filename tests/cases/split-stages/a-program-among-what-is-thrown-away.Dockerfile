FROM debian:bookworm
RUN apt-get update && apt-get install -y git python3-pip
RUN git clone https://example.com/board.git /tmp/board && pip3 install --break-system-packages -r /tmp/board/requirements.txt
CMD ["python3", "/tmp/board/app.py"]
