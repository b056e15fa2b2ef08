FROM eclipse-temurin:17-jdk
COPY run.sh /run.sh
CMD ["/run.sh"]
