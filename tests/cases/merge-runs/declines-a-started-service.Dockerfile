FROM debian:12
RUN service mysql start && mysql -e 'create database x'
RUN touch /a
