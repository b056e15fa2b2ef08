FROM python:3.12-slim-bookworm
ENV TOOL=git
CMD $TOOL clone http://x
