FROM python:3.12-alpine
RUN apk add --no-cache build-base libatomic libgcc libgomp libstdc++ zbar && pip install pyzbar && apk del build-base
COPY . /srv
CMD ["python", "/srv/app.py"]
