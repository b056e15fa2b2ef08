FROM python:3.12-slim
ARG OPTIONS
RUN pip $OPTIONS install flask
CMD ["flask", "run"]
