FROM debian:13
RUN apt-get update && apt-get install -y ruby-sinatra puma
CMD ["puma"]
