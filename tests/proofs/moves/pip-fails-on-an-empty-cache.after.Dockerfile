FROM python:3.6
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt && pip cache purge
COPY . .
RUN python manage.py collectstatic --noinput && pip cache purge
CMD ["python", "manage.py", "runserver"]
