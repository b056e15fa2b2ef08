FROM debian:12
RUN curl -fsSL https://example.com/a.tar.gz|tar xz
RUN curl -fsSL https://example.com/releases/download/a-very-long-version-number/archive.tar.gz | tar --extract --gzip --strip-components=1
RUN find . -name '*.a' | \
  # not these
 grep -v b | xargs rm -f  2>/dev/null  ||  true
RUN a | while read -r x; do \
 echo "$x"; \
done
