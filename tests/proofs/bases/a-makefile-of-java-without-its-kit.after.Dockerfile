FROM eclipse-temurin:17-jre
COPY . /srv
RUN make -C /srv
CMD ["java", "-cp", "/srv/out", "A"]
