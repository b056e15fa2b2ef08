ARG V=3.12
FROM python:${V}
ARG V
LABEL version=$V
CMD ["python3"]
