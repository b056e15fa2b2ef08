FROM debian
RUN apt-get update && apt-get install -y --no-install-recommends jq
COPY report.sh /usr/local/bin/
CMD ["report.sh"]
