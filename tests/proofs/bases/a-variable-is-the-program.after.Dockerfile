FROM python:3.12-slim-bookworm
COPY . .
ENV BUILDER=make
RUN $BUILDER all
CMD ["python"]
