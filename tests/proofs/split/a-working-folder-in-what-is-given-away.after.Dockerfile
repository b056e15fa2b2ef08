FROM python:3.11-slim AS build
RUN apt-get update && apt-get install -y gcc && useradd -m web
WORKDIR /app
COPY --chown=web:web requirements.txt ./
RUN pip install -r requirements.txt
COPY --chown=web:web . .
WORKDIR /app/data
WORKDIR /app
RUN chown web:web /app
RUN rm -rf /usr/local/lib/python3.11/site-packages/pip /usr/local/lib/python3.11/site-packages/pip-*

FROM python:3.11-slim
RUN useradd -m web
COPY --from=build /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
COPY --from=build --chown=web:web /app /app
WORKDIR /app
USER web
CMD ["python","app.py"]
