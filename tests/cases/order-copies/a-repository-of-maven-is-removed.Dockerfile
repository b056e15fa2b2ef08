FROM maven:3.9
WORKDIR /app
COPY . .
RUN mvn package && rm -rf /root/.m2
