FROM maven:3.9
WORKDIR /app
COPY pom.xml ./
RUN mvn -B -P production dependency:go-offline
COPY . .
RUN mvn -B package -P production
