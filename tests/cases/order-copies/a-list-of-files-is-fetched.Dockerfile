FROM python:3.12
WORKDIR /app
RUN wget -q -O MANIFEST.in https://example.org/shop
COPY . .
RUN pip install .
CMD ["tool"]
