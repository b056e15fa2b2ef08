FROM debian:12
RUN echo "line one \
  line two" > /note
