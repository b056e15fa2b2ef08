FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev
RUN pip install pipenv
WORKDIR /app
COPY Pipfile ./
RUN pipenv install --skip-lock
COPY app.py ./

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 libatomic1 libpq5 && rm -rf /var/lib/apt/lists/*
RUN pip uninstall -y setuptools wheel
COPY --from=build /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
COPY --from=build /app /app
WORKDIR /app
CMD ["python", "app.py"]
