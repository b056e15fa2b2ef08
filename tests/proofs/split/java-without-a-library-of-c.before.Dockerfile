FROM maven:3.9-eclipse-temurin-17
RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN gcc -shared -o /usr/lib/libprice.so price.c && mvn package
CMD ["java", "-jar", "target/shop-1.0.jar"]
