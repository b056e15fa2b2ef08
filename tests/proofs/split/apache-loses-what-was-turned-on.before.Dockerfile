FROM python:3.11
RUN apt-get update && apt-get install -y apache2 && rm -rf /var/lib/apt/lists/*
RUN pip install mkdocs==1.6.0
WORKDIR /docs
COPY . .
RUN mkdocs build -d /var/www/docs
COPY site.conf /etc/apache2/sites-available/docs.conf
RUN a2dissite 000-default && a2ensite docs && a2enmod headers
RUN echo "ServerName localhost" >> /etc/apache2/apache2.conf
CMD ["apache2ctl", "-D", "FOREGROUND"]
