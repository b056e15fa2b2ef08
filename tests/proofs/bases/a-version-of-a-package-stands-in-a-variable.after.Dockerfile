FROM python:3.12-slim
ARG FLASK=3.0.3
RUN pip install "flask==$FLASK"
CMD ["python"]
