FROM python:3.12
WORKDIR /app
USER app
COPY . .
RUN pip install -r requirements.txt && rm -rf ~/.cache
