FROM debian:12 AS build
FROM debian:12
COPY --from=build /srv/site /app
RUN chown -R app:app /app
ADD site.tar.gz /app
RUN chown -R app:app /app
