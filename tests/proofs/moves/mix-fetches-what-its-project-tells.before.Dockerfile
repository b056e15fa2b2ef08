FROM elixir:1.17
WORKDIR /app
COPY . .
RUN mix local.hex --force && mix deps.get
