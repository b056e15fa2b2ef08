FROM python:3.12-slim
RUN pip install --no-compile flask && find / -name "*.py" -delete && echo *.pyc
CMD ["flask", "run"]
