FROM quay.io/jupyter/base-notebook:latest
SHELL ["/bin/sh", "-c"]
RUN make
