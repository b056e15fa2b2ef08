FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY . .
RUN dotnet build -c Release && dotnet publish shop -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:8.0
ENV ASPNETCORE_HTTP_PORTS=
COPY --from=build /app /app
WORKDIR /src
ENTRYPOINT ["dotnet", "/app/shop.dll"]
