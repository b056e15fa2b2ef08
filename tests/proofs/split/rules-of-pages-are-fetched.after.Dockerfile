FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y nginx make python3-sphinx
WORKDIR /docs
RUN git clone https://example.com/docs.git /src && make -C /src html
COPY nginx.conf /etc/nginx/conf.d/docs.conf

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/nginx/conf.d/docs.conf /etc/nginx/conf.d/
WORKDIR /docs
CMD ["nginx", "-g", "daemon off;"]
