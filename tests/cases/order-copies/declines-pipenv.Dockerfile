FROM tool
WORKDIR /app
COPY . .
RUN pipenv install
