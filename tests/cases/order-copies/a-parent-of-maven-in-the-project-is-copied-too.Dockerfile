FROM maven:3.9
WORKDIR /src
COPY . /src
WORKDIR /src/service
RUN mvn verify
