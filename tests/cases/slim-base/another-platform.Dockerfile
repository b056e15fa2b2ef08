FROM --platform=linux/arm64 python:3.12
RUN pip install flask
CMD ["flask"]
