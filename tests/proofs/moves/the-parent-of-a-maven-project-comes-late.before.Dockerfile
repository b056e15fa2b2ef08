FROM maven:3.9
WORKDIR /src/service
COPY . /src
RUN mvn package
