FROM python:3.11-bookworm
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends gcc libxml2-dev
COPY requirements.txt .
RUN python -m venv venv
RUN if test -n "$CI"; then . venv/bin/activate; fi && pip install -r requirements.txt
COPY app.py .
CMD ["venv/bin/python", "app.py"]
