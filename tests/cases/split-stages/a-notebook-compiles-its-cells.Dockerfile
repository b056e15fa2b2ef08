FROM python:3.12-bookworm
WORKDIR /app
COPY . .
RUN pip install jupyter cython && python setup.py build_ext --inplace
CMD ["jupyter","notebook"]
