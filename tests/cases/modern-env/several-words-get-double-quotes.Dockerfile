FROM debian:12
ENV GREETING hello	brave  world
LABEL maintainer Ada Lovelace <ada@example.com>
LABEL org.example.note # not a comment
