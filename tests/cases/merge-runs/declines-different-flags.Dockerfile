# syntax=docker/dockerfile:1
FROM debian:12
RUN --network=none touch /a
RUN touch /b
