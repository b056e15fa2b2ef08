FROM tool
WORKDIR /app
COPY . .
RUN ./gradlew build
