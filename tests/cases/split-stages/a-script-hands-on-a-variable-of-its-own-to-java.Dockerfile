FROM openjdk:17
WORKDIR /app
COPY . .
RUN javac Main.java && chmod +x run.sh
CMD ["./run.sh"]
