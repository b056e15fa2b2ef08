FROM debian:12
RUN make one
RUN make two
# dockslim: keep-start merge-runs
RUN make three
RUN make four
# dockslim: keep-end
RUN make five
RUN make six
