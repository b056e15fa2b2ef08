FROM debian:bookworm
RUN apt-get update && apt-get install -y nginx make python3-sphinx
WORKDIR /docs
COPY . .
RUN make -C docs html
COPY nginx.conf /etc/nginx/conf.d/docs.conf
CMD ["nginx", "-g", "daemon off;"]
