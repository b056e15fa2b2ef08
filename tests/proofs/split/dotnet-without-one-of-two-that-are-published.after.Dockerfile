FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY . .
RUN dotnet publish shop && dotnet publish mail

FROM mcr.microsoft.com/dotnet/aspnet:8.0
ENV ASPNETCORE_HTTP_PORTS=
COPY --from=build /src/shop/bin/Release/net8.0/publish /src/shop/bin/Release/net8.0/publish
WORKDIR /src
CMD ["dotnet", "shop/bin/Release/net8.0/publish/shop.dll"]
