FROM python:3.12
# dockslim: keep
RUN pip install flask