FROM python:3.12
COPY pip.conf /etc/pip.conf
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "app.py"]
