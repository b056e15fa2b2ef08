FROM python:3.11
WORKDIR /src
COPY . .
RUN printf "[options]\ninstall_requires = uwsgi\n" >> setup.cfg && python setup.py install
CMD ["words"]
