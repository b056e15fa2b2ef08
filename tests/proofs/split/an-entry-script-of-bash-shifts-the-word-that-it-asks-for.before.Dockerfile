FROM eclipse-temurin:17
WORKDIR /opt/app
COPY . .
RUN mkdir classes && javac -d classes src/App.java && jar cfe app.jar App -C classes .
ENTRYPOINT ["./entrypoint.sh"]
CMD ["serve"]
