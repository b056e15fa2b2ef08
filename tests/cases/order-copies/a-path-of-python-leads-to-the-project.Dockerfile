FROM python:3.12
ENV PYTHONPATH=/app
WORKDIR /app
COPY . .
RUN pip install .
CMD ["tool"]
