FROM python:3.12-bookworm AS build
WORKDIR /app
COPY . .
RUN pip install flask && python setup.py build_ext --inplace
RUN rm -rf /usr/local/lib/python3.12/site-packages/pip /usr/local/lib/python3.12/site-packages/pip-*

FROM python:3.12-slim-bookworm
COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
COPY --from=build /app /app
WORKDIR /app
CMD ["./entry.sh"]
