FROM python:3.12-slim
WORKDIR /srv
COPY . .
RUN pip install pipenv && pipenv sync
CMD ["pipenv", "run", "pull"]
