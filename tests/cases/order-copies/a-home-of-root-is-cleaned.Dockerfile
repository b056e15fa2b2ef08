FROM python:3.12
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && rm -rf ~/.cache/pip

FROM python:3.12
ENV HOME=/app
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && rm -rf ~/.cache

FROM python:3.12
USER app
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && rm -rf ~/.cache

FROM python:3.12
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && rm -rf "~/.cache"
