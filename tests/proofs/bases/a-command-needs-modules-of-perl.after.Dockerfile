FROM python:3.12-slim-bookworm
COPY x.pl .
CMD ["perl","x.pl"]
