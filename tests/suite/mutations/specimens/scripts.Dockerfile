FROM debian:12
RUN set -e; curl -O "https://example.org/$NAME.tar" && tar xf *.tar && ! test -e broken; make | tee log; cd /
WORKDIR /work
RUN grep -q "$USER:x" /etc/passwd && cp -a first second || true
RUN (cd /sub && make); make clean
RUN if [ -f make.sh ]; then sh make.sh; else make; fi
RUN for part in one two; do make $part 2>> errors; done
RUN awk '{ print $1 }' < input > output 2> errors; CFLAGS=-O2 make "$TARGET"
RUN apt-get update && \
    # what the build needs
    apt-get install -y -t bookworm gcc make
RUN <<END
make one
make two
END
COPY <<END /etc/settings
name = $NAME
END
CMD exec server --name "$NAME"
