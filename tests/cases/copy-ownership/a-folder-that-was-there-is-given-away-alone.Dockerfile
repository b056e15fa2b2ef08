FROM debian:12
RUN groupadd app && useradd -m -g app app && mkdir -p /srv/app
COPY . /srv/app
RUN chown -R app:app /srv/app/ && \
    apt-get clean
WORKDIR /opt/tool
COPY a b ./
RUN chown app:app . --recursive
