FROM base
RUN echo x >> f
RUN V=$((true); true)
