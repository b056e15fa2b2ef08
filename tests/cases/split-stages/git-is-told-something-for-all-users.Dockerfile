FROM python:3.12
RUN pip install --no-cache-dir GitPython==3.1.43
WORKDIR /app
RUN git config --system user.name robot
COPY app.py .
CMD ["python", "app.py"]
