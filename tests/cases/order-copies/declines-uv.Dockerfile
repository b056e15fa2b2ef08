FROM tool
WORKDIR /app
COPY . .
RUN uv sync
