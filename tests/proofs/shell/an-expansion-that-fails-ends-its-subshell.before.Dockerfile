FROM base
RUN echo "${V?gone}"
RUN touch g
