FROM python:3.12-slim
RUN pip install --no-cache-dir flask && python3 -m pip install -q -r requirements.txt
CMD ["flask", "run"]
