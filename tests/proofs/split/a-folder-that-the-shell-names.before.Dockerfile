FROM openjdk:17-jdk-slim
ENV APP_HOME=/opt/inventory
RUN APP_HOME=/srv; mkdir -p $APP_HOME
WORKDIR $APP_HOME
COPY . $APP_HOME
RUN javac -d classes src/Main.java
ENTRYPOINT ["java", "-cp", "classes", "Main"]
