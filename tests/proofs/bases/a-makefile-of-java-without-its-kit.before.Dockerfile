FROM eclipse-temurin:17
COPY . /srv
RUN make -C /srv
CMD ["java", "-cp", "/srv/out", "A"]
