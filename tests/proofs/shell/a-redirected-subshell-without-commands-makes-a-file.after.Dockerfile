FROM base
RUN echo x
