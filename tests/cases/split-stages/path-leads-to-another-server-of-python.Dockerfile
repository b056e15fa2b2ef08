FROM python:3.12
WORKDIR /docs
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN mkdocs build
ENV PATH=/usr/bin:/bin:/usr/local/bin
CMD ["python3", "-m", "http.server", "8000", "-d", "site"]
