FROM debian:12
SHELL ["/bin/bash", "-c"]
RUN <<EOF
X=0
echo $((1/X)) && make
EOF
