FROM debian:bookworm
RUN apt-get update && apt-get install -y python3 python3-venv python3-dev gcc
ENV VIRTUAL_ENV=/opt/venv
RUN VIRTUAL_ENV=/srv/venv; python3 -m venv $VIRTUAL_ENV
ENV PATH="$VIRTUAL_ENV/bin:$PATH"
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY app.py /app.py
CMD ["python", "/app.py"]
