FROM python:3.12
COPY . /code
COPY --chmod=640 ["settings.ini", "/code/conf/"]
COPY tool /usr/local/bin/
ENV A=b
USER root
RUN chown -R 1000:1000 /code
