FROM python:3.12
WORKDIR /app
RUN apt-get update && apt-get install -y libpq-dev gcc
COPY . .
RUN pip install -r requirements.txt
RUN mv entrypoint.sh /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["python", "app.py"]
