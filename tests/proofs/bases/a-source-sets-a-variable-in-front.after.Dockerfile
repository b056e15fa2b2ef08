FROM python:3.12-slim-bookworm
COPY app.py /srv/
CMD ["python", "/srv/app.py"]
