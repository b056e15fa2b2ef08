FROM python:3.11
WORKDIR /src
COPY . .
ADD words-1.0.tar.gz /tmp/
RUN pip install /tmp/words-1.0
CMD ["words"]
