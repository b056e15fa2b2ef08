FROM python:3.12-bookworm
COPY --from=builder /x /x
CMD ["/x"]
