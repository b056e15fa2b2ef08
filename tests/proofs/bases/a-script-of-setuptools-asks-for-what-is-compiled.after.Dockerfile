FROM python:3.11-slim
WORKDIR /src
COPY . .
RUN python setup.py install
CMD ["words"]
