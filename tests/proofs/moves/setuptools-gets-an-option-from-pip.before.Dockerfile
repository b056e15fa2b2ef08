FROM python:3.12
ENV PIP_GLOBAL_OPTION="build_ext -Iinclude"
WORKDIR /app
COPY . .
RUN pip install .
CMD ["tool"]
