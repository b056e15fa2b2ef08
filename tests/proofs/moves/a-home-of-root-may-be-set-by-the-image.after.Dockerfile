FROM acme/python
USER root
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt && rm -rf ~/.cache
COPY . .
