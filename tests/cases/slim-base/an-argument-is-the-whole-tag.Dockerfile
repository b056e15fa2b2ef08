ARG PYTHON="3.12-bookworm"
FROM --platform=linux/amd64 python:${PYTHON}
CMD ["python3"]
