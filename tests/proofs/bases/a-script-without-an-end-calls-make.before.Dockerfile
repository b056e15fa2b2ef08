FROM python:3.12-bookworm
COPY . .
RUN sh tools/build
CMD ["python"]
