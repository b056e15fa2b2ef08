FROM python:3.12
WORKDIR /docs
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN mkdocs build
COPY sitecustomize.py /usr/local/lib/python3.12/site-packages/
CMD ["python", "-m", "http.server", "8000", "--directory", "site"]
