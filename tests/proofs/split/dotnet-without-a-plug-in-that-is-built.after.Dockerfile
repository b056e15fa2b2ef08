FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY . .
RUN dotnet publish shop -c Release -o /app/shop && dotnet build mail -c Release -o /app/mail

FROM mcr.microsoft.com/dotnet/aspnet:8.0
ENV ASPNETCORE_HTTP_PORTS=
COPY --from=build /app/shop /app/shop
WORKDIR /src
ENTRYPOINT ["dotnet", "/app/shop/shop.dll"]
