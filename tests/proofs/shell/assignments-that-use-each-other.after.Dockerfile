FROM debian:12
RUN ZIP=tool-$VERSION.zip && VERSION=1 && curl -O https://example.org/$ZIP
