FROM openjdk:17-jdk-slim
RUN apt-get update && apt-get install -y curl
ENV APP_HOME=/opt/inventory
RUN mkdir -p $APP_HOME
WORKDIR $APP_HOME
ENV APP_HOME=/srv
COPY . $APP_HOME
RUN javac -d classes src/Main.java
CMD ["java", "-cp", "classes", "Main"]
