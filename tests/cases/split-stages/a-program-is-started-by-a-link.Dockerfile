FROM gcc:12
COPY . /opt/tool
RUN cd /opt/tool && make
RUN ln -s /opt/tool/tool /usr/local/bin/hello
CMD ["hello"]
