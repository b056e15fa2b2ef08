FROM python:3.12 AS build
RUN pip download flask
FROM debian:12
COPY --from=build /root/.cache/pip /cache
