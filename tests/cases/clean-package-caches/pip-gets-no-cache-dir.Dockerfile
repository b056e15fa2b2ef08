FROM python:3.12-slim
RUN pip install --upgrade pip && pip3 install -r requirements.txt && python -m pip install flask
