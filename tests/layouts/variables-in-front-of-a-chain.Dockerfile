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
RUN case "$(arch)" in \
      i686) \
        RUST_TARGET="i686-unknown-linux-musl" \
          MUSL="i686-linux-musl" \
      ;; \
      *) A=1 \
         B=2 ;; \
    esac; \
    X=1 \
      Y=2 \
        make; \
    Z=1 \
    W=2 > log
