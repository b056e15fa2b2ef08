FROM acme/python
USER root
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && rm -rf ~/.cache
