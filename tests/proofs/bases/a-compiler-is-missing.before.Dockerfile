FROM python:3.12
RUN make -C /a
CMD ["python3"]
