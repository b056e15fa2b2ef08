FROM python:3.11-slim
RUN apt-get update && apt-get install -y gcc && useradd -m web
WORKDIR /app
COPY --chown=web:web requirements.txt ./
RUN pip install -r requirements.txt
COPY --chown=web:web . .
RUN cd /app && python setup.py install && chown web:web /app
USER web
CMD ["python","app.py"]
