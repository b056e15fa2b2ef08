FROM python:3.12-slim-bookworm
COPY . .
RUN ./configure-app
CMD ["python"]
