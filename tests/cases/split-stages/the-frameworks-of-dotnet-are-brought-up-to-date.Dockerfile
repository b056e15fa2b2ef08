FROM mcr.microsoft.com/dotnet/sdk:8.0
RUN apt-get update && apt-get upgrade -y
WORKDIR /src
COPY . .
RUN dotnet publish -c Release -o /app
ENTRYPOINT ["dotnet", "/app/shop.dll"]
