FROM python:3.12
WORKDIR /app
ENV PIP_CONSTRAINT=constraints.txt
COPY . .
RUN pip install -r requirements.txt
