FROM debian:8
RUN pip install flask
CMD ["flask", "run"]
