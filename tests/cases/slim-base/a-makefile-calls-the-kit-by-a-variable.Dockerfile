FROM eclipse-temurin:17
RUN apt-get update && apt-get install -y make && rm -rf /var/lib/apt/lists/*
WORKDIR /srv
COPY Makefile ./
COPY core core
RUN make
CMD ["java", "-cp", "out", "A"]
