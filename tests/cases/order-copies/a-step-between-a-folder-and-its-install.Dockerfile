FROM node:22
WORKDIR /app
COPY service ./
RUN sh prepare.sh
RUN pnpm install --frozen-lockfile
