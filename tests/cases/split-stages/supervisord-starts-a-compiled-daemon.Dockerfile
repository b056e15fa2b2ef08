FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev supervisor
COPY statd.c /usr/src/statd/
RUN gcc -o /usr/local/sbin/statd /usr/src/statd/statd.c
COPY supervisord.conf /etc/supervisor/conf.d/statd.conf
COPY rotate.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/rotate.sh
CMD ["/usr/bin/supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]
