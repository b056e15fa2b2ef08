FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y python3-pip locales
RUN sed -i "s/# pt_PT.UTF-8/pt_PT.UTF-8/" /etc/locale.gen && locale-gen
ENV LANG=pt_PT.UTF-8
RUN pip3 install --break-system-packages jinja2
COPY app.py /opt/

FROM debian:bookworm
ENV LANG=pt_PT.UTF-8
RUN apt-get update && apt-get install -y python3 python3-setuptools locales && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/locale.gen /etc/
COPY --from=build /usr/local /usr/local
COPY --from=build /opt/app.py /opt/
CMD ["python3", "/opt/app.py"]
