FROM maven:3.9
WORKDIR /app
COPY . .
RUN mvn -pl service package
