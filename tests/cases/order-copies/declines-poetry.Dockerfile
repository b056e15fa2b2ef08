FROM tool
WORKDIR /app
COPY . .
RUN poetry install
