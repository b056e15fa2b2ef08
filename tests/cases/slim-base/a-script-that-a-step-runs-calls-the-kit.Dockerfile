FROM eclipse-temurin:17
COPY . /srv
RUN /srv/build
CMD ["java", "-cp", "/srv/out", "A"]
