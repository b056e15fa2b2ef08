FROM python:3.12 AS build
RUN apt-get update
RUN apt-get install -y gcc
RUN pip install --no-cache-dir -r requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip pip install numpy
RUN python setup.py build
RUN if test -e full; then apt-get install -y make; else echo "no make"; fi
RUN while read name; do apt-get install -y $name; done < names
USER builder
RUN make
FROM python:3.12-slim
COPY --from=build /srv/build /app
