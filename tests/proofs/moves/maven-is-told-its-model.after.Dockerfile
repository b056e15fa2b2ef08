FROM maven:3.9
WORKDIR /usr/src/app
COPY web/pom.xml ./web/
RUN mvn -f web/pom.xml dependency:go-offline
COPY . .
RUN mvn -f web/pom.xml package
