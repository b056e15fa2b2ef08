FROM quay.io/jupyter/base-notebook:latest
RUN make
