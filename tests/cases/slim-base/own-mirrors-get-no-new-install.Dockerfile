FROM node:20
RUN git --version
COPY apt.conf /etc/apt/apt.conf.d/
CMD ["node"]
