FROM python:3.12
WORKDIR /app
COPY setup.py ./
COPY src ./src/
RUN pip install .
COPY . .
CMD ["tool"]
