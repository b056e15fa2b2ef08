FROM debian:12
# dockerfmt-ignore
RUN   a   &&   b
RUN c
# dockslim: keep fmt: columns
ENV A=1      B=2
