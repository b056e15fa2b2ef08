FROM python:3.12-alpine AS build
RUN apk add --no-cache gcc musl-dev geos-dev
WORKDIR /srv
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .

FROM python:3.12-alpine
RUN apk add --no-cache geos
COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
COPY --from=build /srv /srv
WORKDIR /srv
CMD ["python", "app.py"]
