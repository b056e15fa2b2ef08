FROM maven:3.9
WORKDIR /app
COPY . .
RUN mvn dependency:go-offline -B
RUN mvn package
