FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet build shop.csproj -o /app/build && dotnet publish shop.csproj -o /app/publish
ENTRYPOINT ["dotnet", "/app/publish/shop.dll"]
