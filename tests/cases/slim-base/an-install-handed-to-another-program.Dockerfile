FROM node:20
RUN useradd -m app && su app -c "npm install --prefix /home/app bcrypt"
CMD ["node", "-e", "1"]
