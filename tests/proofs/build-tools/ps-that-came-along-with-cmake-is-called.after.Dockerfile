FROM python:3.12-slim
RUN apt-get update && apt-get install -y cmake gcc libatomic1 libgomp1 && pip install dlib && apt-mark auto cmake gcc && apt-get autoremove -y --purge
COPY . /srv
HEALTHCHECK CMD pgrep python
CMD ["python", "/srv/app.py"]
