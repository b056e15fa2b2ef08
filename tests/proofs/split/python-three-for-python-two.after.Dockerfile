FROM debian:buster AS build
RUN apt-get update && apt-get install -y python-pip
RUN pip install junebug

FROM debian:buster
RUN apt-get update && apt-get install -y python3 python3-setuptools && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local /usr/local
ENTRYPOINT ["jb"]
