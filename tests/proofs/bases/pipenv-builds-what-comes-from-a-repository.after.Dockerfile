FROM python:3.11-slim-bookworm
WORKDIR /app
COPY . .
RUN pip install pipenv
RUN pipenv sync --system
CMD ["gunicorn", "wsgi:app"]
