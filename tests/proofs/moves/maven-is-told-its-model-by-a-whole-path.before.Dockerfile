FROM maven:3.9
WORKDIR /usr/src/app
COPY . .
RUN mvn -f /usr/src/app/web/pom.xml package
