FROM python:3.12 AS sources
COPY native /src

FROM python:3.12
COPY --from=sources /src /src
RUN pip install /src
CMD ["shop"]
