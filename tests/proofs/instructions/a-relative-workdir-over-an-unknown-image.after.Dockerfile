FROM rails:onbuild
WORKDIR /app
RUN make
