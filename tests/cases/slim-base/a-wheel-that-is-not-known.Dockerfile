FROM python:3.12
RUN pip install numpy==1.19.5
CMD ["python3"]
