FROM base
RUN touch g
