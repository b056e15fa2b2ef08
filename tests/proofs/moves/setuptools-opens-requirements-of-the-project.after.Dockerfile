FROM python:3.12
WORKDIR /app
COPY requirements.txt setup.py ./
COPY tool ./tool/
RUN pip install .
COPY . .
CMD ["tool"]
