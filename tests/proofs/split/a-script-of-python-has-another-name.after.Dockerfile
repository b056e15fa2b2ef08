FROM python:3.12 AS build
WORKDIR /app
RUN apt-get update && apt-get install -y libpq-dev gcc
COPY . .
RUN pip install -r requirements.txt
RUN mv entrypoint.sh /usr/local/bin/start

FROM python:3.12-slim
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
COPY --from=build /app /app
WORKDIR /app
ENTRYPOINT ["start"]
CMD ["python", "app.py"]
