FROM python:3.12-slim-bookworm
COPY supervisord.conf /etc/
RUN pip install supervisor
CMD ["supervisord"]
