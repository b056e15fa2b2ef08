FROM python:3.11-slim-bookworm
WORKDIR /app
COPY . .
ENTRYPOINT ["./entry.sh"]
CMD ["python", "app.py"]
