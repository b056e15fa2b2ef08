FROM eclipse-temurin:17-jre-jammy
COPY . .
RUN lein uberjar
CMD java X
