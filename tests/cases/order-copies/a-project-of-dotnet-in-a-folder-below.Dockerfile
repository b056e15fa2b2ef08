FROM mcr.microsoft.com/dotnet/sdk:9.0
WORKDIR /src
# All of it.
COPY . .
WORKDIR /src/Web
RUN dotnet publish -c Release -o /app
