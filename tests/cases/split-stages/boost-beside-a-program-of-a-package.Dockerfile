FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends g++ libboost-program-options-dev libboost-dev postgresql-client && rm -rf /var/lib/apt/lists/*
COPY main.cpp /src/
COPY run.sh /usr/local/bin/
RUN g++ -o /usr/local/bin/tool /src/main.cpp -lboost_program_options
CMD ["run.sh"]
