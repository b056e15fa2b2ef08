FROM python:3.10
WORKDIR /src
COPY . .
RUN python setup.py install
CMD ["words"]
