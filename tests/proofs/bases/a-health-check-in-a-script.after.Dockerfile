FROM python:3.12-slim-bookworm
HEALTHCHECK CMD ["sh","/check"]
COPY check /check
CMD ["python"]
