FROM python:3.12-slim
RUN npm install --no-compile flask
CMD ["flask", "run"]
