FROM gcc:12 AS build
WORKDIR /src
COPY main.cpp .
RUN g++ -O2 -o app main.cpp

FROM gcc:12
WORKDIR /app
COPY --from=build /src/app ./
COPY docker-entrypoint.sh /
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["./app"]
