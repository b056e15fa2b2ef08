FROM perl:5.38
RUN cpanm Moose
CMD ["true"]
