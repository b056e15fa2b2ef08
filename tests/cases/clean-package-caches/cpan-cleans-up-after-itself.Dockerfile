FROM perl:5.38
RUN cpan Moose
CMD ["true"]
