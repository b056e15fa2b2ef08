FROM debian:12
COPY ["b.txt", "a.txt", "/d/"]
