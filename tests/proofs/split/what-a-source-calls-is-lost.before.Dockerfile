FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y gcc git
WORKDIR /srv
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "app.py"]
