# syntax=docker/dockerfile:1
FROM debian:12
RUN --mount=type=secret,id=token touch /a
RUN --mount=type=secret,id=token touch /b
