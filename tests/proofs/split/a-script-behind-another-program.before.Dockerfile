FROM gcc:12
RUN apt-get update && apt-get install -y gosu
COPY . /app
WORKDIR /app
RUN gcc -o server server.c && gcc -o worker worker.c
ENTRYPOINT ["gosu", "nobody", "./start.sh"]
CMD ["./server"]
