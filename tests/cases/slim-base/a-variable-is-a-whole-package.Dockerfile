FROM python:3.12
ENV FLASK=flask
RUN pip install $FLASK==3.0.3
CMD ["python"]
