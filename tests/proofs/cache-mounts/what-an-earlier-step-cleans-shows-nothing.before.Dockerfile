FROM python:3.12
RUN pip install flask && rm -rf /root/.cache/pip
RUN pip install django && rm -rf /root/.cache/pip
