FROM base
RUN echo x >> f
RUN (true; echo x >> f)
