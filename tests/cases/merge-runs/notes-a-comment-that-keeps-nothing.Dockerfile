FROM debian:12
# dockslim: keep merge-runs
ENV A=b
# dockslim: keep merge-run
RUN make one
