FROM python:3.12-alpine
RUN apk add --no-cache libstdc++ \
    && apk add --no-cache g++ libgcc libgomp make \
    && pip install grpcio
CMD ["python", "app.py"]
