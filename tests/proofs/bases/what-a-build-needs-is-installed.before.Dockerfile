FROM python:3.12-bookworm
RUN apt-get update && apt-get build-dep -y python3-lxml
CMD ["python"]
