FROM maven:3.9
WORKDIR /usr/src/app
COPY . .
RUN mvn -B -f client.xml clean package
