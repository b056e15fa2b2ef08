FROM elixir:1.17
WORKDIR /app
COPY mix.exs ./
RUN mix deps.get
COPY . .
