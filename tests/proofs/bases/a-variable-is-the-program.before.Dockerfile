FROM python:3.12-bookworm
COPY . .
ENV BUILDER=make
RUN $BUILDER all
CMD ["python"]
