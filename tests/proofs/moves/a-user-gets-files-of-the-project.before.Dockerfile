FROM python:3.12
WORKDIR /app
COPY . .
RUN useradd -m -k files app
RUN pip install -r requirements.txt
