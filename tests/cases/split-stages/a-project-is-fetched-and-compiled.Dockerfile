FROM python:3.11
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && pip install git+https://github.com/x/fast.git
CMD ["python","app.py"]
