FROM python:3.12
RUN bash -c "pip install flask"
