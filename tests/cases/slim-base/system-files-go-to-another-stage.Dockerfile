FROM node:20-bookworm AS app
CMD ["node", "-e", "1"]

FROM app AS web

FROM scratch AS sidecar
COPY --from=web /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
CMD ["/sidecar"]

FROM app
