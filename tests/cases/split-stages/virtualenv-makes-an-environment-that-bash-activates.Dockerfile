FROM python:3.11-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libxml2-dev
WORKDIR /app
COPY requirements.txt .
RUN pip install virtualenv && virtualenv /venv
RUN . /venv/bin/activate && pip install -r requirements.txt
COPY app.py .
CMD ["bash", "-c", "source /venv/bin/activate && exec python app.py"]
