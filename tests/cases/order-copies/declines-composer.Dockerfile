FROM tool
WORKDIR /app
COPY . .
RUN composer install --no-dev
