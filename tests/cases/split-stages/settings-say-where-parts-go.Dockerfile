FROM python:3.11
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
ENV PYTHONPATH=/opt/x
RUN python setup.py build_ext
CMD ["python","app.py"]
