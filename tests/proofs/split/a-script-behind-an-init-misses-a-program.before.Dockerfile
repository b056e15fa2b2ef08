FROM gcc:12
RUN apt-get update && apt-get install -y tini
COPY . /app
WORKDIR /app
RUN gcc -o server server.c && gcc -o worker worker.c
ENTRYPOINT ["tini", "--", "./start.sh"]
CMD ["./server"]
