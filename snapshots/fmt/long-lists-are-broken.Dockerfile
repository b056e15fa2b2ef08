FROM debian:12
RUN apt-get update \
    && apt-get install -y --no-install-recommends zlib1g-dev build-essential ca-certificates curl
RUN pip install --no-cache-dir \
    requests==2.32.0 \
    flask==3.0.0 \
    -r requirements.txt \
    gunicorn==23.0.0 \
    numpy==2.0.0
RUN npm install -g typescript eslint
