FROM python:3.12
WORKDIR /app
RUN apt-get update && apt-get install -y gcc
RUN pip install --upgrade pip
COPY setup.py ./
COPY tool ./tool/
RUN pip install .
COPY . .
CMD ["tool"]
