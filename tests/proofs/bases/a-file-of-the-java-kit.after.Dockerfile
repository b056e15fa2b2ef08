FROM eclipse-temurin:8-jre-jammy
ENV CP=/opt/java/openjdk/lib/tools.jar
COPY . .
CMD java -cp $CP X
