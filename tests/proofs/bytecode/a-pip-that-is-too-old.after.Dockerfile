FROM debian:8
RUN pip install --no-compile flask
CMD ["flask", "run"]
