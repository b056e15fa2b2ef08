FROM python:3.12
WORKDIR /app
COPY requirements.txt ./
RUN useradd -md /app app
RUN pip install -r requirements.txt
COPY . .
