FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet restore Web
RUN dotnet publish Web --no-restore -o /app
