FROM python:3.12
RUN pip install --break-system-packages --no-deps \
    a \
    b
RUN pip install -f https://example.org/wheels \
    a \
    b \
    --index-url https://example.org/simple
RUN conda install -y -n env \
    a \
    b
RUN npm install --legacy-peer-deps -f \
    a \
    b \
    --registry https://example.org
RUN gem install --no-rdoc --no-ri \
    a \
    b \
    -v 1.0
RUN apk add --no-progress \
    a \
    b
