FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y python3 python3.11-venv gcc
RUN python3 -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY app.py /app.py

FROM debian:bookworm
ENV PATH="/opt/venv/bin:$PATH"
RUN apt-get update && apt-get install -y python3 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app.py /requirements.txt /
COPY --from=build /opt/venv /opt/venv
CMD ["python", "/app.py"]
