FROM python:3.12
WORKDIR /docs
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN mkdocs build
CMD ["python", "-m", "http.server", "8000", "--directory", "site"]
