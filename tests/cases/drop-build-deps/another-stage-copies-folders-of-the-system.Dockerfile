FROM python:3.12-alpine AS build
RUN apk add gcc musl-dev && pip install uwsgi
CMD ["python", "app.py"]

FROM build AS test
CMD ["uwsgi"]

FROM scratch
COPY --from=build /usr/lib /usr/lib
