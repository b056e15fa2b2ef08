FROM tool
WORKDIR /app
COPY . .
RUN mix deps.get
