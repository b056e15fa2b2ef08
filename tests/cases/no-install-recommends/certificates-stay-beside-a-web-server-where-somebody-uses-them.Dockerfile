FROM debian:12
RUN apt-get update && apt-get install -y apache2
ADD tool.tar /opt
RUN /opt/tool/bin/fetch https://example.com/site
CMD ["apachectl", "-D", "FOREGROUND"]
