FROM python:3.12
ENV PIP_GLOBAL_OPTION="build_ext -Iinclude"
WORKDIR /app
COPY setup.py ./
COPY tool ./tool/
RUN pip install .
COPY . .
CMD ["tool"]
