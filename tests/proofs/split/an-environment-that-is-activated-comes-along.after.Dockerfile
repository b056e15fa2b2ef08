FROM python:3.11-bookworm AS build
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends gcc libxml2-dev
COPY requirements.txt .
RUN python -m venv /venv && . /venv/bin/activate && pip install -r requirements.txt
COPY app.py .

FROM python:3.11-slim-bookworm
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
CMD ["/venv/bin/python", "app.py"]
