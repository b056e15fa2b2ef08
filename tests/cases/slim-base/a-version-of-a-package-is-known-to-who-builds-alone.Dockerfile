FROM python:3.12
ARG FLASK
RUN pip install "flask==$FLASK"
CMD ["python"]
