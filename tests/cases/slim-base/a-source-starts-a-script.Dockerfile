FROM python:3.12
COPY . /srv
CMD ["python3", "/srv/a.py"]
