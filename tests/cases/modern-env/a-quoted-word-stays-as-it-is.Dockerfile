FROM debian:12
ENV EMPTY ""
ENV SINGLE 'a $b "c"'
ENV DOUBLE "a \"b\" $HOME"
ENV PIECES a" b "c\ d
