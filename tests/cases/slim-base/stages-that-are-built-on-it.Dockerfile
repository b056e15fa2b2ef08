FROM python:3.12 AS base
ENV A=1

FROM base
RUN curl -sSf http://a/b | grep c
CMD ["python3"]
