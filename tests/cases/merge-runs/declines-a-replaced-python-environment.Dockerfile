FROM debian:12
ENV PATH=/venv/bin:$PATH
RUN python3 -m venv /venv
RUN python3 -m pip install flask
