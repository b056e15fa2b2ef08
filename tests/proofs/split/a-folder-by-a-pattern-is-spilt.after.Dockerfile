FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /app
COPY . .
RUN mvn package && cp -r target/*.d /srv/shop.conf

FROM eclipse-temurin:17-jre
COPY --from=build /app/target/shop-1.0.jar /app/target/
COPY --from=build /srv/shop.conf /srv/
WORKDIR /app
CMD ["java", "-jar", "target/shop-1.0.jar"]
