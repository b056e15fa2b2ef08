FROM eclipse-temurin:17
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl
WORKDIR /app
COPY . .
RUN javac -d classes src/*.java
HEALTHCHECK CMD curl -f http://localhost/
CMD ["java", "-cp", "classes", "Main"]
