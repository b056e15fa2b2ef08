FROM maven:3.9
WORKDIR /app
COPY . .
RUN mvn -f service/pom.xml package
