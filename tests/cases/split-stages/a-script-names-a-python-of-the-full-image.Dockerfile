FROM python:3.12-bookworm
WORKDIR /app
COPY . .
RUN python setup.py build_ext --inplace
CMD ["./app.py"]
