FROM eclipse-temurin:17-jre
COPY src /srv/src
RUN build-classes /srv/src
CMD ["java", "-cp", "/srv/src", "A"]
