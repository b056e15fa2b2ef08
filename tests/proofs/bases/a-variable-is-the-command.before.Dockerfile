FROM python:3.12-bookworm
ENV TOOL=git
CMD $TOOL clone http://x
