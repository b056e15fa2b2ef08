FROM eclipse-temurin:17
WORKDIR /opt/app
COPY . .
RUN mkdir -p build/classes && javac -d build/classes src/main/java/com/acme/App.java && jar cfe build/app.jar com.acme.App -C build/classes .
ENTRYPOINT ["/opt/app/entrypoint.sh"]
CMD ["serve"]
