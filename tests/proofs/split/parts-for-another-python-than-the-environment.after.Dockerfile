FROM python:3.11 AS build
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
RUN /usr/local/bin/python setup.py install

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH
COPY --from=build /app /app
COPY --from=build /venv /venv
WORKDIR /app
CMD ["/usr/local/bin/python","app.py"]
