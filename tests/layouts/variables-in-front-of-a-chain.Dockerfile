FROM debian:12
RUN build='make  \
      gcc' \
      run='curl' && \
    apt-get install -y $build $run
RUN A=1 \
      B=2
RUN A=1 \
      B=2 \
      env && \
  true
