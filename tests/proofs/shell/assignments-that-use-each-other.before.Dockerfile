FROM debian:12
RUN VERSION=1 && ZIP=tool-$VERSION.zip && curl -O https://example.org/$ZIP
