FROM python:3.12
RUN pip install --no-cache-dir sh==2.0.7
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
