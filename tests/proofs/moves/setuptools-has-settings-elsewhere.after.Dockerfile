FROM python:3.12
ENV PYTHONPATH=/app
WORKDIR /app
COPY setup.py ./
COPY tool ./tool/
RUN pip install .
COPY . .
CMD ["tool"]
