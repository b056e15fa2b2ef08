FROM --platform=linux/amd64   debian:12   AS a
RUN --mount=type=cache,target=/var/cache/apt \
  --mount=type=cache,target=/var/lib/apt apt-get update && \
  apt-get install -y make
RUN --mount=type=cache,target=/root/.cache   make
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=bind,source=requirements.txt,target=requirements.txt pip install -r requirements.txt
COPY --from=a \
  --chown=a:b  /a /b
HEALTHCHECK --interval=5s \
  --timeout=3s CMD curl -f http://localhost/ \
  || exit 1
