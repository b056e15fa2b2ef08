FROM debian:12
ADD --checksum=sha256:00 a /a
ADD --keep-git-dir=true . /b
ADD --unpack=false . /c
