FROM python:3.12-alpine
RUN apk add --no-cache gcc musl-dev libatomic libgcc libgomp && pip install --no-cache-dir flask && apk del gcc musl-dev
COPY . .
CMD ["python", "app.py"]
