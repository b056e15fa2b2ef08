FROM python:3.12
WORKDIR /app
COPY requirements.txt ./
RUN useradd -m -k files app
RUN pip install -r requirements.txt
COPY . .
