FROM python:3.12-bookworm
CMD ["identify","x.png"]
