FROM python:3.12
WORKDIR /docs
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN mkdocs build
WORKDIR /docs/site
CMD python3 -m http.server
