FROM eclipse-temurin:17
WORKDIR /opt/app
COPY . .
RUN ./build.sh
ENTRYPOINT ["./entrypoint.sh"]
CMD ["serve"]
