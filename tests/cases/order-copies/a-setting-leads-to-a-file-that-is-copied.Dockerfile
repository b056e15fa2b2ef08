FROM node:22
WORKDIR /app
RUN npm config set cafile ca.pem
COPY . .
RUN npm ci

FROM node:22
WORKDIR /app
RUN echo "cafile=ca.pem" >> ~/.npmrc
COPY . .
RUN npm ci

FROM node:22
WORKDIR /app
COPY settings/npmrc /root/.npmrc
COPY . .
RUN npm ci

FROM node:22
ARG CERTIFICATE
WORKDIR /app
RUN npm config set cafile $CERTIFICATE
COPY . .
RUN npm ci

FROM node:22
WORKDIR /app
RUN <<END
cat > /root/.npmrc <<SETTINGS
cafile=ca.pem
SETTINGS
END
COPY . .
RUN npm ci
