FROM python:3.12
COPY a.deb /
RUN dpkg -i /a.deb
CMD ["python3"]
