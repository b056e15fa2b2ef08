FROM python:3.12
WORKDIR /app
ENV PIP_CONSTRAINT=constraints.txt
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
