FROM python:3.12
ENV PIPENV_DEV=1
WORKDIR /srv
COPY . .
RUN pip install pipenv && pipenv sync --system
CMD ["python", "app.py"]
