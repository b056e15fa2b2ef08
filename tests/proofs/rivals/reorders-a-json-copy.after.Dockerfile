FROM debian:12
COPY ["/d/", "a.txt", "b.txt"]
