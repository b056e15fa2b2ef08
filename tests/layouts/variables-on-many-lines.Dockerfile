FROM debian:12
ENV A=1   B="two  words" \
  C=3\
  D=4
ENV PATH=/a/very/long/path/that/goes/on PYTHONPATH=/another/very/long/path/that/goes/on LD_LIBRARY_PATH=/and/on
ENV LEGACY   a  value   with blanks
ENV OLD \
  value
LABEL a.b=c \
      # who
      d.e='f g'
ARG  X=1  Y
