FROM maven:3.9-eclipse-temurin-17 AS build
RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN gcc -shared -o /usr/lib/libprice.so price.c && mvn package

FROM eclipse-temurin:17-jre
COPY --from=build /app/target/shop-1.0.jar /app/target/
COPY --from=build /app/price.c /app/
WORKDIR /app
CMD ["java", "-jar", "target/shop-1.0.jar"]
