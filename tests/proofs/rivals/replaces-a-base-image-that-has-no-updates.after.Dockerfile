FROM almalinux:7
RUN yum install -y git
