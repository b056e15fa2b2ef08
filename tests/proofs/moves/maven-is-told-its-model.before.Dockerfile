FROM maven:3.9
WORKDIR /usr/src/app
COPY . .
RUN mvn -f web/pom.xml package
