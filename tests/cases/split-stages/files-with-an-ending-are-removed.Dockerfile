FROM python:3.11-slim
RUN apt-get update && apt-get install -y gcc
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY notes.md app.py ./docs/
RUN rm -f /app/docs/*.md
CMD ["python", "docs/app.py"]
