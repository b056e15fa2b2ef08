FROM python:3.12
WORKDIR /app
COPY docker/pip.conf /opt/venv/pip.conf
ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
