FROM python:3.12
RUN pip install flask && rm -rf ~/.cache/pip
RUN pip install django && rm -rf ~/.cache/pip
