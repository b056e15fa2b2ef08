FROM python:3.11
WORKDIR /app
COPY . .
RUN pip install -r requirements/production.txt
CMD ["gunicorn", "shop:app"]
