FROM python:3.12
RUN pip install corp-tool
CMD ["corp-tool"]
