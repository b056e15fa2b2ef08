FROM eclipse-temurin:17
ARG VERSION=2.1.0
ENV APP_VERSION=$VERSION
WORKDIR /app
COPY . .
RUN javac -d classes src/Main.java
ENTRYPOINT ["./start.sh"]
