FROM python:3.12
ARG GUNICORN=22.0.0
ENV FLASK=3.0.3
ENV JINJA="$FLASK"
RUN pip install "flask[async]==$FLASK" gunicorn~=${GUNICORN} "jinja2>=2,<$JINJA"
CMD ["gunicorn", "app:app"]
