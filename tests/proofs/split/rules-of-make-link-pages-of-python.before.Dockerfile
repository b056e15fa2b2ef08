FROM python:3.12
WORKDIR /docs
COPY . .
RUN pip install sphinx==7.3.7
RUN make html
CMD ["python", "-m", "http.server", "8000", "-d", "_build/html"]
