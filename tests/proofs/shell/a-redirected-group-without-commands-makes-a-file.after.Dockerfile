FROM base
RUN cat f
