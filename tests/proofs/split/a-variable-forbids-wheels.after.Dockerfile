FROM python:3.12-bookworm AS build
RUN apt-get update && apt-get install -y gcc libpq-dev libxslt1-dev
WORKDIR /srv
COPY requirements.txt .
ENV PIP_NO_BINARY=lxml
RUN pip install -r requirements.txt
COPY app.py .

FROM python:3.12-slim-bookworm
ENV PIP_NO_BINARY=lxml
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
COPY --from=build /srv /srv
WORKDIR /srv
CMD ["python", "app.py"]
