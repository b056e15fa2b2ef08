FROM debian:12
COPY --from=example.com/tool /tool /usr/bin/tool
COPY . /srv
CMD ["/srv/start"]
