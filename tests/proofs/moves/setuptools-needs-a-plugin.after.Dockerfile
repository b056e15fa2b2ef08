FROM python:3.12
WORKDIR /app
COPY pyproject.toml setup.cfg ./
COPY docs/readme.rst ./docs/
COPY src ./src/
RUN pip install .
COPY . .
CMD ["tool"]
