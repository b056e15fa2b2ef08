FROM debian:12
CMD ["sh" ,"-c",  "x"]
copy ["a b"  ,"c", "/d e/"]
RUN a
COPY a b   c /d
