FROM quay.io/jupyter/base-notebook:latest
SHELL ["/bin/sh", "-c"]
CMD echo $HOME
