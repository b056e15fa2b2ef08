FROM python:3.12-slim-bookworm
COPY . .
RUN sh tools/build
CMD ["python"]
