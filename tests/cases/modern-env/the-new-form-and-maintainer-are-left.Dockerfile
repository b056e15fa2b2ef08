FROM debian:12
MAINTAINER Ada Lovelace
ENV A=b C="d e"
LABEL f=g
ENV H
