FROM debian:12
EXPOSE 80
RUN make
CMD ["x"]
