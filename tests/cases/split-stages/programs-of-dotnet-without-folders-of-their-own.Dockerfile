FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet publish shop && dotnet publish mail
CMD ["dotnet", "shop/bin/Release/net8.0/publish/shop.dll"]
