FROM python:3.12
WORKDIR /app
COPY . .
RUN --mount=type=bind,target=/src pip install -r requirements.txt
