FROM base
RUN (echo x >> f) && ((true; echo x >> f))
