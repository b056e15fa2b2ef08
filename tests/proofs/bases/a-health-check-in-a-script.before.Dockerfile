FROM python:3.12-bookworm
HEALTHCHECK CMD ["sh","/check"]
COPY check /check
CMD ["python"]
