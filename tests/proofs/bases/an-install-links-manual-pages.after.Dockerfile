FROM debian:11-slim
RUN apt-get update && apt-get install -y default-jre
CMD java
