FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o server .
RUN printf '#!/bin/sh\nexec "$@"\n' > /usr/local/bin/start && chmod +x /usr/local/bin/start

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/server /app/entrypoint.sh /app/
COPY --from=build /usr/local/bin/start /usr/local/bin/
WORKDIR /app
ENTRYPOINT ["start"]
CMD ["/app/server"]
