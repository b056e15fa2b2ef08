FROM python:3.12-slim
RUN apt-get update && apt-get install -y build-essential && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
RUN useradd -m app
WORKDIR /code
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY --chown=app . .
USER app
ENTRYPOINT ["gunicorn"]
CMD ["app:app"]
