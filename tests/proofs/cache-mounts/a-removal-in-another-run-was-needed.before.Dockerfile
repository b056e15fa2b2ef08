FROM python:3.12
RUN pip install flask
RUN pip install django
RUN rm -rf ~/.cache/pip
