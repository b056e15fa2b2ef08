FROM node:22 AS pnpm
WORKDIR /src
COPY . .
RUN pnpm -C web install --frozen-lockfile

FROM node:22 AS yarn
WORKDIR /src
COPY . .
RUN yarn --cwd site install --frozen-lockfile

FROM composer:2 AS composer
COPY . /src/
RUN composer install --no-scripts --working-dir=/src/api

FROM python:3.13 AS poetry
WORKDIR /src
COPY . .
RUN pip install poetry
RUN poetry -C jobs install --no-root

FROM python:3.13 AS uv
WORKDIR /src
COPY . .
RUN uv --directory jobs sync --frozen --no-install-project
