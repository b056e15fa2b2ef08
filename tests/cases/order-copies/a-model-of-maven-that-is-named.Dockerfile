FROM maven:3.9
WORKDIR /usr/src
COPY . app
RUN mvn -B -f app/pom.xml clean package
