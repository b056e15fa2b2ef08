FROM python:3.12-slim
RUN make -C /a
CMD ["python3"]
