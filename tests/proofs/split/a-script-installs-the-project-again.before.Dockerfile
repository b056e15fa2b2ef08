FROM python:3.12-bookworm
WORKDIR /app
COPY . .
RUN pip install flask && python setup.py build_ext --inplace
CMD ["./entry.sh"]
