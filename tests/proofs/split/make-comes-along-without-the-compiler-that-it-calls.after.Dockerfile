FROM python:3.11-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libxml2-dev libxslt1-dev
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-binary lxml -r requirements.txt
COPY app.py Makefile ./

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y libgomp1 libatomic1 libxml2 libxslt1.1 make && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
COPY --from=build /app /app
WORKDIR /app
CMD ["make", "run"]
