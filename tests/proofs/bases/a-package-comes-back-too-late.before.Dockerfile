FROM node:20
RUN git clone https://example.org/a.git /a
CMD ["node", "/a"]
