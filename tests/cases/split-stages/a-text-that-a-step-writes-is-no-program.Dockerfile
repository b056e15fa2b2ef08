FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o server .
RUN printf '#!/bin/sh\nexec "$@"\n' > /usr/local/bin/start && chmod +x /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["/app/server"]
