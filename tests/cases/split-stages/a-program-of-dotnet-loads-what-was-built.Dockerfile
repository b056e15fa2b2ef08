FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet build -c Release && dotnet publish shop -c Release -o /app
ENTRYPOINT ["dotnet", "/app/shop.dll"]
