FROM python:3.12
RUN pipenv install --system
CMD ["true"]
