FROM debian:12
RUN apt-get update && apt-get install --no-install-recommends -y python3 python3-pip
COPY requirements.txt .
RUN pip install --break-system-packages -r requirements.txt
