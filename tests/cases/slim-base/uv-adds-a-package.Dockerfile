FROM python:3.12
RUN pip install uv && uv init && uv add flask
CMD ["python"]
