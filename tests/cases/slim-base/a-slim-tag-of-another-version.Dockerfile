FROM tomcat:9
CMD ["catalina.sh", "run"]
