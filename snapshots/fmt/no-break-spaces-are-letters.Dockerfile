FROM debian:12
CMD ["sh" ,"-c", "x"]
COPY ["a b"  ,"c", "/d e/"]
RUN a
COPY a b  c /d
