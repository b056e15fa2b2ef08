FROM debian:12
RUN apt-get update && apt-get install --no-install-recommends -y python3 python3-pip
RUN pip install --break-system-packages PyYAML==5.4.1
