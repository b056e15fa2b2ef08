FROM debian:12
RUN make one
RUN make two
# dockslim: keep merge-runs: its layer is shared by other images
RUN make three
RUN make four
RUN make five
