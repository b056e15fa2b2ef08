FROM debian:12
RUN apt-get update && apt-get install -y python3 python3-pip python3-venv
RUN python3 -m venv /venv
COPY requirements.txt .
RUN . /venv/bin/activate && pip install -r requirements.txt
COPY app.py start.sh ./
CMD ["./start.sh"]
