FROM tool
WORKDIR /app
COPY . .
RUN bundle install
