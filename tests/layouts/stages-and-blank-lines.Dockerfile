

FROM debian:12 AS a
  # a comment
RUN a



RUN b
# the second
FROM debian:12
ARG A
FROM a


