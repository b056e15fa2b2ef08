FROM debian:12
USER root
ENV HOME=/home/build
RUN pip install flask && npm install -g typescript
