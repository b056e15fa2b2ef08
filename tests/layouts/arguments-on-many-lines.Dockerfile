FROM debian:12
RUN ./configure   --prefix=/usr \
 --with-a \
      --with-b && make
COPY a \
  b \
     /c/
EXPOSE 80 \
  443
USER   a
WORKDIR    /a b
RUN FOO=1   BAR=2 make   > log 2>&1   < /dev/null
RUN [[ a   ==  b ]] && \
  echo   c
