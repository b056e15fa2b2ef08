FROM base
RUN (echo "${V?gone}"); (touch g)
