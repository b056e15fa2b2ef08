FROM debian:12
RUN echo `$(date)` > /built
