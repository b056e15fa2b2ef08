FROM maven:3.9
COPY . .
RUN mvn -B package
CMD ["./run"]
