FROM base
RUN echo x >> f && V=$((true); true)
