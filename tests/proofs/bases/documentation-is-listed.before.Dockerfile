FROM python:3.12-bookworm
CMD ["ls","/usr/share/doc/git"]
