FROM debian:12 AS tools
RUN apt-get update && apt-get install -y git
CMD ["/bin/bash", "-l"]
FROM debian:12 AS whatever
RUN apt-get update && apt-get install -y mercurial
FROM debian:12 AS entered
RUN apt-get update && apt-get install -y subversion
ENTRYPOINT ["tini", "--"]
CMD bash
