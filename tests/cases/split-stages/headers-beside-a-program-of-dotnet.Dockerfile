FROM mcr.microsoft.com/dotnet/sdk:6.0
RUN apt-get update && apt-get install -y libgdiplus libc6-dev
WORKDIR /src
COPY . .
RUN dotnet publish -o /app
ENTRYPOINT ["dotnet", "/app/shop.dll"]
