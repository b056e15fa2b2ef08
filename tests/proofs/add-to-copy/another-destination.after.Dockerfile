FROM debian:12
COPY . /other/
