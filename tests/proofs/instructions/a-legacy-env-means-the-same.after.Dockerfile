FROM debian:12
ENV a="b c"
ENV q="x y"
