FROM python:3.12-slim
RUN apt-get update && apt-get install -y build-essential libatomic1 libgomp1 && pip install dlib && apt-mark auto build-essential && apt-get autoremove -y --purge
COPY . /srv
CMD ["python", "/srv/app.py"]
