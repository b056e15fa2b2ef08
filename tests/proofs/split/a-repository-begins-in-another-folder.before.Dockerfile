FROM python:3.12
RUN pip install --no-cache-dir GitPython==3.1.43
WORKDIR /app
RUN git init /srv/r && git -C /srv/r config user.name robot
COPY app.py .
CMD ["python", "app.py"]
