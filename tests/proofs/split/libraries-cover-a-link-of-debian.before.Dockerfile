FROM buildpack-deps:bookworm
WORKDIR /src
COPY crunch.c .
RUN cc -o crunch crunch.c -lpq
CMD /src/crunch --level "$LEVEL"
