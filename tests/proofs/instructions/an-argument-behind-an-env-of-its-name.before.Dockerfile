FROM base
ENV V=env
RUN echo "$V"
ARG V=arg
RUN true
