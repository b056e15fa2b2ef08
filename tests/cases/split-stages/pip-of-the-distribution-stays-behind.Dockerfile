FROM debian:bookworm
RUN apt-get update && apt-get install -y python3-pip curl
COPY . /app
RUN pip3 install --break-system-packages -r /app/requirements.txt
HEALTHCHECK CMD curl -f http://localhost:8000/ || exit 1
CMD ["python3", "/app/app.py"]
