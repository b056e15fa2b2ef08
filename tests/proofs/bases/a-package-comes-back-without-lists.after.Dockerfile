FROM node:20-slim
RUN apt-get install --no-install-recommends -y git
RUN git clone https://example.org/a.git /a
CMD ["node", "/a"]
