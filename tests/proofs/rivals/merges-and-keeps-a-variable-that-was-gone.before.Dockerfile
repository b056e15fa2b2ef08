FROM debian:12
RUN COUNT=1; echo $COUNT > /a
RUN echo ${COUNT:-unset} > /b
