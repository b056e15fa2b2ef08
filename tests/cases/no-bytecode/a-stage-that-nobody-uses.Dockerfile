FROM python:3.12
RUN pip install ruff
FROM scratch
COPY a /a
