FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY . .
RUN dotnet restore --disable-parallel
RUN dotnet publish Web -c Release --no-restore -o /app
