FROM debian:12 AS build
RUN true
HEALTHCHECK NONE
ONBUILD RUN make
HEALTHCHECK --interval=5s CMD true
COPY --from=build /a /b
