FROM debian:12
RUN service mysql start & sleep 5
