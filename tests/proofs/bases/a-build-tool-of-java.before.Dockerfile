FROM eclipse-temurin:17-jdk-jammy
COPY . .
RUN lein uberjar
CMD java X
