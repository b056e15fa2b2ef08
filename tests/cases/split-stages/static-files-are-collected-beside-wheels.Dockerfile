FROM python:3.11
RUN apt-get update && apt-get install -y gcc libjpeg-dev
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
RUN python manage.py collectstatic --noinput
CMD ["gunicorn", "site.wsgi"]
