FROM --platform=windows/amd64 python:3.12
ENV A=1
