FROM rockylinux:9
RUN yum install gcc
