FROM debian:12
RUN make
CMD ["x"]
EXPOSE 80
