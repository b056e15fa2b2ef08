FROM python:3.11-bookworm
WORKDIR /app
COPY . .
RUN pip install pipenv
RUN pipenv install --system
CMD ["gunicorn", "wsgi:app"]
