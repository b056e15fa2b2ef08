FROM public.ecr.aws/lambda/python:3.12
RUN pip install requests
CMD ["app.handler"]
