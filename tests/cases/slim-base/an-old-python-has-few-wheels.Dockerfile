FROM python:3.6
RUN pip install corp-tool
CMD ["corp-tool"]
