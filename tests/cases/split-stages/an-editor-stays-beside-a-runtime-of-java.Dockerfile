FROM eclipse-temurin:17
RUN apt-get update && apt-get install -y --no-install-recommends vim iputils-ping && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN javac -d classes A.java B.java && jar cfe a.jar A -C classes .
CMD ["java", "-jar", "a.jar"]
