FROM python:3.12
WORKDIR /srv
COPY . .
RUN pip install pipenv && pipenv sync
CMD ["pipenv", "run", "pull"]
