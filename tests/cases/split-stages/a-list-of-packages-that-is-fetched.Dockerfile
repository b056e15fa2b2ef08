FROM python:3.12
RUN apt-get update && apt-get install -y gcc libpq-dev
RUN git clone https://example.com/board.git /opt/board
WORKDIR /opt/board
RUN pip install -r requirements.txt
CMD ["python", "board.py"]
