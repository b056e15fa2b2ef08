FROM python:3.6
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && python manage.py collectstatic --noinput && pip cache purge
CMD ["python", "manage.py", "runserver"]
