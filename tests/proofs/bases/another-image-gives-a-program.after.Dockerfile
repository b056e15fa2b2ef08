FROM python:3.12-slim-bookworm
COPY --from=builder /x /x
CMD ["/x"]
