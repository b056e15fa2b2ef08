FROM python:3.12
WORKDIR /app
COPY . .
COPY other /other
RUN pip install -r requirements.txt
