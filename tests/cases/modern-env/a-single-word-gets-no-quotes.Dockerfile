FROM debian:12
ENV LANG C.UTF-8
ENV	PATH	/opt/tool/bin:$PATH
env OPTIONS -Dsize=1
