FROM python:3.12
COPY . /shop
RUN git clone https://git.example/corp/tool.git && cd tool && pip install .
CMD ["tool"]
