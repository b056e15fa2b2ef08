FROM python:3.12
WORKDIR /app
COPY deploy/setup.cfg ./
RUN make -C /opt/tools
COPY . .
RUN pip install .
