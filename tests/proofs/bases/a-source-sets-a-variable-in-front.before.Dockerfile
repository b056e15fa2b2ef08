FROM python:3.12-bookworm
COPY app.py /srv/
CMD ["python", "/srv/app.py"]
