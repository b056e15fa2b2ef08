FROM python:3.11-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /app
COPY requirements.txt .
RUN pip install --upgrade setuptools && pip install --no-cache-dir -r requirements.txt
COPY . .

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
RUN pip uninstall -y setuptools wheel
COPY --from=build /app /app
COPY --from=build /venv /venv
WORKDIR /app
CMD ["python", "app.py"]
