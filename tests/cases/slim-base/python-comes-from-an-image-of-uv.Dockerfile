FROM python:3.12
COPY --from=ghcr.io/astral-sh/uv:python3.12-bookworm /usr/local/lib /usr/local/lib
CMD ["python"]
