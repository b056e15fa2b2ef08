FROM python:3.12
ENV FLASK=3.0.3
RUN read -r FLASK < /etc/hostname && pip install "flask==$FLASK"
CMD ["python"]
