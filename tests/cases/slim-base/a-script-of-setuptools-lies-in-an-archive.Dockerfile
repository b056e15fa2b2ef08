FROM python:3.11
COPY . /src
ADD words-1.0.tar.gz /tmp/
RUN cd /tmp/words-1.0 && python setup.py install
CMD ["words"]
