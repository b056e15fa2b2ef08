FROM example/python
RUN pip install --no-cache-dir -r requirements.txt
RUN pip install flask
