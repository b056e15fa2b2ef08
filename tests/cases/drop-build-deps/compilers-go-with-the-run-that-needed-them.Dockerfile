FROM python:3.12-alpine
RUN apk add --no-cache gcc musl-dev libffi-dev \
    && pip install cffi==1.17.0 pyyaml
CMD ["python", "app.py"]
