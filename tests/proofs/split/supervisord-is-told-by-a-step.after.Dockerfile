FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y gcc libc6-dev supervisor
COPY statd.c /usr/src/statd/
RUN gcc -o /usr/local/sbin/statd /usr/src/statd/statd.c
COPY supervisord.conf /etc/supervisor/conf.d/statd.conf
COPY rotate.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/rotate.sh
RUN echo "[program:more]" > /etc/supervisor/conf.d/more.conf

FROM debian:bookworm
RUN apt-get update && apt-get install -y supervisor && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/supervisor/conf.d/statd.conf /etc/supervisor/conf.d/
COPY --from=build /usr/local/sbin/statd /usr/local/sbin/
COPY --from=build /usr/local/bin/rotate.sh /usr/local/bin/
CMD ["/usr/bin/supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]
