FROM python:3.12-bookworm
COPY supervisord.conf /etc/
RUN pip install supervisor
CMD ["supervisord"]
