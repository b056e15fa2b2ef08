FROM debian:12
RUN { exec >log; } 2>/dev/null
RUN echo x
