FROM python:3.12
RUN pip install --no-cache-dir plumbum==1.8.3
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
