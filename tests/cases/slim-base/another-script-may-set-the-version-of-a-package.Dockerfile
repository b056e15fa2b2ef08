FROM python:3.12
ENV FLASK=3.0.3
RUN . /etc/profile && pip install "flask==$FLASK"
CMD ["python"]
