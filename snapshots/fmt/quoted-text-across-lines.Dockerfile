FROM debian:12
RUN echo "line one \
   line  two" \
    && echo 'a \
  b' \
    && true
ENV A="b \
   c"
LABEL d="e \
f" g=h
