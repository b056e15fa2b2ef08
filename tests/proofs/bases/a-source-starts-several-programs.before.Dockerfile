FROM python:3.11
COPY app.py /srv/
CMD ["python", "/srv/app.py"]
