FROM debian:12 AS test
RUN touch /a
RUN touch /b

FROM debian:12
COPY x /x
