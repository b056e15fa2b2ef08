FROM debian:12
RUN a && \
  b


ENV A=1 \  
  B=2