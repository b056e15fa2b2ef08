FROM python:3.12-slim
RUN apt-get update && apt-get upgrade -y && apt-get install -y gcc libatomic1 libgomp1 && pip install uwsgi && apt-mark auto gcc && apt-get autoremove -y --purge
CMD ["uwsgi"]
