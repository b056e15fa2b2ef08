FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY . .
RUN dotnet build src/Web/Web.csproj -c Release && dotnet publish src/Web/Web.csproj -c Release --no-restore -o /app
