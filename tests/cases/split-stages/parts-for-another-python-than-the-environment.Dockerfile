FROM python:3.11
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
RUN /usr/local/bin/python setup.py install
CMD ["/usr/local/bin/python","app.py"]
