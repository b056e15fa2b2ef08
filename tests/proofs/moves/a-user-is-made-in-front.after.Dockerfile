FROM python:3.12
WORKDIR /app
COPY requirements.txt ./
RUN groupadd app && useradd --system --uid=1000 -g app -ms /bin/sh app
RUN pip install -r requirements.txt
COPY . .
