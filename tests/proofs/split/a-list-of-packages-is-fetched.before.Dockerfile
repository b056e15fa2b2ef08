FROM python:3.12
WORKDIR /opt/board
RUN git clone https://example.com/board.git /opt/board && pip install -r requirements.txt
CMD ["python", "board.py"]
