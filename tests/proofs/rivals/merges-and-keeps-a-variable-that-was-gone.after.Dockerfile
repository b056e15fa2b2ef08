FROM debian:12
RUN COUNT=1; echo $COUNT > /a && echo ${COUNT:-unset} > /b
