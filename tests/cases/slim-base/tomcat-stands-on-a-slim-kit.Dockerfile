FROM tomcat:9.0.41-jdk11-openjdk-buster
CMD ["catalina.sh", "run"]
