FROM python:3.12
WORKDIR /app
COPY setup.py ./
COPY tool ./tool/
RUN pip install .
COPY . .
CMD ["tool"]
