FROM ubuntu:22.04
RUN apt-get update && apt-get install -y nodejs npm
RUN useradd -m app
COPY . /home/app/src
WORKDIR /home/app/src
RUN npm install
RUN chown -R app:app /home/app
USER app
CMD ["node", "app.js"]
