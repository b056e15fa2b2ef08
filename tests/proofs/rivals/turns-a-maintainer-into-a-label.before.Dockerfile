FROM debian:12
MAINTAINER Joe <joe@example.org>
