FROM eclipse-temurin:21-jdk
WORKDIR /app
COPY App.java .
RUN javac App.java
COPY entry.sh /entry.sh
RUN chmod +x /entry.sh
ENTRYPOINT ["/entry.sh"]
CMD ["java", "App"]
