FROM python:3.12
RUN pip install flask && python -c "import flask" && rm -rf ~/.cache/pip /tmp/*
RUN pip install django && rm -rf ~/.cache/pip
