FROM debian:12
COPY a.dll C:\\lib\\

ENV A 1
