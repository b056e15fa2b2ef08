FROM debian:12 AS build
RUN touch /a
RUN touch /b

FROM debian:12
COPY --from=build /a /a
