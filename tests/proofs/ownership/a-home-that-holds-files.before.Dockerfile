FROM debian:12
RUN useradd -m other
COPY . /home/other
RUN chown -R 1:1 /home/other
