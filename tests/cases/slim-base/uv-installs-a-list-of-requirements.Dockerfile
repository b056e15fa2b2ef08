FROM python:3.12
RUN pip install uv
WORKDIR /app
COPY requirements.txt app.py ./
RUN uv pip install --system --no-cache -r requirements.txt
CMD ["python", "app.py"]
