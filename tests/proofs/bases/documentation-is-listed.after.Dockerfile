FROM python:3.12-slim-bookworm
CMD ["ls","/usr/share/doc/git"]
