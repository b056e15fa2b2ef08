FROM maven:3.9
WORKDIR /app
COPY pom.xml ./
COPY a/pom.xml ./a/
RUN mvn -B -P production dependency:go-offline
COPY . .
RUN mvn -B package -P production
