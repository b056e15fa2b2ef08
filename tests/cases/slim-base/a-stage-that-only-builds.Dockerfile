FROM node:20 AS build
RUN npm --version > /a

FROM scratch
COPY --from=build /a /a
