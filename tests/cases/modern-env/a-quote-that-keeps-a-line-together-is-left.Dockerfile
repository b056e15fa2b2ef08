FROM debian:12
ENV A one \
    "#two" three
ENV B one 'two\'\
    three
