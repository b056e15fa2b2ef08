FROM gcc:12
COPY . /opt/tool
RUN make -C /opt/tool
CMD ["/opt/tool/tool"]
