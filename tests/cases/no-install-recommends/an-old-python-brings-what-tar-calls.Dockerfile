FROM ubuntu:18.04 AS old
RUN apt-get update && apt-get install -y python3
RUN tar xf tool.tar.xz && file /bin/tool
FROM ubuntu:22.04 AS new
RUN apt-get update && apt-get install -y python3
RUN tar xf tool.tar.xz && file /bin/tool
