FROM base
ENV V=env
ARG V=arg
RUN echo "$V" && true
