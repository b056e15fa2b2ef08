FROM maven:3.9-eclipse-temurin-17
WORKDIR /app
COPY . .
RUN mvn package && cp -r target/*.d /srv/shop.conf
CMD ["java", "-jar", "target/shop-1.0.jar"]
