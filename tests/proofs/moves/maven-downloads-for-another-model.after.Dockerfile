FROM maven:3.9
WORKDIR /usr/src/app
COPY pom.xml ./
RUN mvn -f pom.xml dependency:go-offline
COPY . .
RUN mvn -f web/pom.xml package
