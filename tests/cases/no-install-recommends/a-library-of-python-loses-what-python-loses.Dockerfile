FROM debian:bookworm
RUN apt-get update && apt-get install -y python3-dateutil
CMD ["python3", "app.py"]
