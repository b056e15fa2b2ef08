

FROM \
 a
RUN x\
 y
FROM b
