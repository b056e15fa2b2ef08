FROM python:3.12
RUN pip install --no-cache-dir GitPython==3.1.43
WORKDIR /app
RUN git lfs install
COPY app.py .
CMD ["python", "app.py"]
