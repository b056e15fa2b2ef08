FROM debian:12
ENV A it's late
ENV B a "b
ENV C a ${b
ENV D a \\\
