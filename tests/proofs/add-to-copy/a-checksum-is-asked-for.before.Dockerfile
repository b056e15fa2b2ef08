FROM debian:12
ADD --checksum=sha256:00 . /app/
