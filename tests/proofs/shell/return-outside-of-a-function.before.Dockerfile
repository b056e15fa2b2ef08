FROM base
RUN return 0; pwd >> f
RUN true
