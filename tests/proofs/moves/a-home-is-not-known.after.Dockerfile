FROM python:3.12
WORKDIR /app
USER app
COPY requirements.txt ./
RUN pip install -r requirements.txt && rm -rf ~/.cache
COPY . .
