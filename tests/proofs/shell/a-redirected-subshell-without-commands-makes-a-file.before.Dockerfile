FROM base
RUN (true) > g
RUN echo x
