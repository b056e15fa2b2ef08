ARG V=3.12
FROM python:${V}-bookworm
CMD ["python3"]
