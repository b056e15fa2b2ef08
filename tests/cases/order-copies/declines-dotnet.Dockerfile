FROM tool
WORKDIR /app
COPY . .
RUN dotnet restore
