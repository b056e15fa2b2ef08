FROM python:3.11-bookworm
HEALTHCHECK CMD ["kill", "-0", "1"]
CMD ["python", "-m", "app"]
