FROM debian:12
RUN apt-get update && apt-get install -y libtool libtool-bin
COPY <<EOT /src/main.c
#include <ltdl.h>
EOT
