FROM elixir:1.17
WORKDIR /app
COPY mix.exs mix.lock ./
COPY config/config.exs ./config/
RUN mix local.hex --force && mix deps.get
COPY . .
