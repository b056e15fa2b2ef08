FROM python:3.12 AS builder
COPY . .
RUN pip install build && python -m build --wheel --outdir /dist

FROM python:3.12
COPY --from=builder /dist /dist
RUN pip install /dist/*.whl
CMD ["shop"]
