FROM python:3.12 AS build
WORKDIR /opt/board
RUN git clone https://example.com/board.git /opt/board && pip install -r requirements.txt

FROM python:3.12-slim
COPY --from=build /opt/board /opt/board
COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
WORKDIR /opt/board
CMD ["python", "board.py"]
