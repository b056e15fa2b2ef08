FROM python:3.12-bookworm
RUN pip install requests==2.31.0
RUN python -m venv --system-site-packages /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt ./
RUN pip install -r requirements.txt
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
