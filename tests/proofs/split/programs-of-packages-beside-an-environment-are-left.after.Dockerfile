FROM python:3.12-bookworm AS build
RUN pip install supervisor==4.2.5
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt ./
RUN pip install -r requirements.txt
WORKDIR /app
COPY . .
RUN rm -rf /usr/local/lib/python3.12/site-packages/pip /usr/local/lib/python3.12/site-packages/pip-*

FROM python:3.12-slim-bookworm
ENV PATH=/venv/bin:$PATH
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
COPY --from=build /app /app
COPY --from=build /requirements.txt /
COPY --from=build /venv /venv
WORKDIR /app
CMD ["supervisord", "-c", "supervisord.conf"]
