FROM node:20-bookworm AS app
CMD ["node", "-e", "1"]

FROM scratch
COPY --from=app /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
CMD ["/sidecar"]
