FROM eclipse-temurin:17
COPY . /srv
RUN useradd -r app && chown -R app /srv && find /srv -name '*.sh' -exec chmod +x {} +
RUN make -C /srv data
USER app
CMD ["java", "-jar", "/srv/app.jar"]
