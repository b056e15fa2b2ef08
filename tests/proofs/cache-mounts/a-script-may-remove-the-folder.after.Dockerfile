FROM python:3.12
COPY . .
RUN --mount=type=cache,target=/root/.cache/pip pip install flask && ./setup.sh
