FROM gcc:12
WORKDIR /app
COPY main.cpp .
RUN g++ -O2 -o app main.cpp
HEALTHCHECK --interval=30s CMD ["/app/app", "--check"]
ENTRYPOINT ["/app/app"]
