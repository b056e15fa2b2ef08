FROM debian:12
RUN ! until cd e; do false; break; done
RUN cd d1
