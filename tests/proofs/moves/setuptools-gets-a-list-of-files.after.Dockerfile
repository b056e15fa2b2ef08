FROM python:3.12
WORKDIR /app
RUN wget -q -O MANIFEST.in https://example.org/shop
COPY setup.py ./
COPY tool ./tool/
RUN pip install .
COPY . .
CMD ["tool"]
