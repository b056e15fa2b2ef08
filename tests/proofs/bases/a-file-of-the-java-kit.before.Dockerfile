FROM eclipse-temurin:8-jdk-jammy
ENV CP=/opt/java/openjdk/lib/tools.jar
COPY . .
CMD java -cp $CP X
