FROM quay.io/jupyter/base-notebook:latest
CMD echo $HOME
SHELL ["/bin/sh", "-c"]
