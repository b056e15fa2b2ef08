FROM tool
WORKDIR /app
COPY . .
RUN cargo build --release
