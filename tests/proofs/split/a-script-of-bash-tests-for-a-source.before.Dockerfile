FROM gcc:12
COPY . /app
WORKDIR /app
RUN gcc -o server server.c && gcc -o worker worker.c
ENTRYPOINT ["./start.sh"]
CMD ["./server"]
