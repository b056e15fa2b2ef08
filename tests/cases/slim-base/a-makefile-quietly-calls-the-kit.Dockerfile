FROM eclipse-temurin:17
COPY . /srv
RUN cd /srv && make classes
CMD ["java", "-cp", "/srv/out", "A"]
