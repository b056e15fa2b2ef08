FROM debian:12
ENV A two words