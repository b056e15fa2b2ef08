FROM python:3.12-bookworm
COPY . .
RUN ./configure-app
CMD ["python"]
