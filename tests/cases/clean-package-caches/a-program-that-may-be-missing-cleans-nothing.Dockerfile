FROM debian:12
RUN if [ -e package.json ]; then npm install; fi
