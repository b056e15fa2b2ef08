FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get build-dep -y python3-lxml
CMD ["python"]
