FROM python:3.12-slim-bookworm
CMD ["identify","x.png"]
