FROM python:3.12-slim
RUN npm install flask
CMD ["flask", "run"]
