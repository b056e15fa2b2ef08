FROM rockylinux:9
RUN yum install -y --enablerepo epel zsh bash
