FROM python:3.12
WORKDIR /docs
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN mkdocs build
CMD ["python", "-u", "-m", "http.server", "8000", "-d", "site"]
