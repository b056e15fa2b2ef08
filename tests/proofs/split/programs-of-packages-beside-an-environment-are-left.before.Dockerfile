FROM python:3.12-bookworm
RUN pip install supervisor==4.2.5
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt ./
RUN pip install -r requirements.txt
WORKDIR /app
COPY . .
CMD ["supervisord", "-c", "supervisord.conf"]
