FROM python:3.12
WORKDIR /srv
COPY requirements.txt ./
RUN pip install -r requirements.txt
ADD site.tar.gz /srv
CMD ["python", "main.py"]
