FROM node:22
WORKDIR /app
USER node
COPY --chmod=777 . .
RUN cd web && yarn install --frozen-lockfile
