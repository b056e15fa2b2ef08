FROM python:3.12-bookworm
COPY pip.conf /etc/pip.conf
RUN pip install numpy
CMD ["python"]
