FROM python:3.12
RUN pip install flask && export A=b && pip install bottle
