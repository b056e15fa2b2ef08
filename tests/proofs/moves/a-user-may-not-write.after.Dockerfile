FROM node:22
WORKDIR /app
USER node
COPY --chmod=777 web/package.json web/yarn.lock ./web/
RUN cd web && yarn install --frozen-lockfile
COPY --chmod=777 . .
