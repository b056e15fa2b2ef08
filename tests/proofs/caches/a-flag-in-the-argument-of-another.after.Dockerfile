FROM debian:12
RUN pip install -r --no-cache-dir requirements.txt
