FROM python:3.10-slim
WORKDIR /src
COPY . .
RUN python setup.py install
CMD ["words"]
