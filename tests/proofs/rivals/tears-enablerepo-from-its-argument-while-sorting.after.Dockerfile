FROM rockylinux:9
RUN yum install -y --enablerepo bash epel zsh
