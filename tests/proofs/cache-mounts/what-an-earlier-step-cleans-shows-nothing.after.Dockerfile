FROM python:3.12
RUN pip install flask && rm -rf ~/.cache/pip
RUN --mount=type=cache,target=/root/.cache/pip pip install django
