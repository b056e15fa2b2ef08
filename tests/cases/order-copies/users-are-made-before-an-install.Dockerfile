FROM python:3.12
WORKDIR /app
COPY . .
RUN groupadd --gid 1000 app && useradd -rm -u 1000 -g app app
RUN pip install -r requirements.txt

FROM python:3.12-alpine
WORKDIR /app
COPY . .
RUN addgroup -S app && adduser -S -D -H -h /srv -G app app && pip install -r requirements.txt

FROM python:3.12
WORKDIR /app
COPY . .
RUN useradd -m -d /app app
RUN pip install -r requirements.txt

FROM python:3.12
WORKDIR /app
COPY . .
RUN useradd -m -k skeleton app
RUN pip install -r requirements.txt

FROM python:3.12-alpine
WORKDIR /app
COPY . .
RUN adduser -S -D -H -h /app app
RUN pip install -r requirements.txt
