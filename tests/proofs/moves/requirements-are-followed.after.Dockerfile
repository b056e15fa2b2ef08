FROM python:3.12
WORKDIR /app
COPY requirements.txt ./
COPY more/base.txt ./more/
RUN pip install -r requirements.txt
COPY . .
