FROM tool
WORKDIR /app
COPY . .
RUN mvn package
