FROM debian:12 AS Build
RUN make
FROM scratch
COPY --from=Build /app /app
