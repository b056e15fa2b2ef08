FROM python:3.12
ENV FLASK="3.0.3 psycopg2"
RUN pip install flask==$FLASK
CMD ["python"]
