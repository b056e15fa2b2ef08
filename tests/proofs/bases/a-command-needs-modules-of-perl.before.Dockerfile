FROM python:3.12-bookworm
COPY x.pl .
CMD ["perl","x.pl"]
