FROM python:3.11-slim AS build
RUN apt-get update && apt-get install -y gcc && useradd -m web
WORKDIR /app
COPY . /home/web/src
WORKDIR /home/web/src
RUN pip install -r requirements.txt
RUN chown -R web:web /home/web
RUN echo 1 > /home/web/src/v.txt
RUN rm -rf /usr/local/lib/python3.11/site-packages/pip /usr/local/lib/python3.11/site-packages/pip-*

FROM python:3.11-slim
RUN useradd -m web
COPY --from=build /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
COPY --from=build --chown=web:web /home/web /home/web
WORKDIR /home/web/src
USER web
CMD ["python","app.py"]
