FROM base
RUN (trap 'test -f f' EXIT; touch g)
RUN cd d1
