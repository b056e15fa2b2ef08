FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY . .
RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*
RUN gcc -shared -o /usr/lib/libprice.so price.c && dotnet publish -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:8.0
ENV ASPNETCORE_HTTP_PORTS=
COPY --from=build /app /app
COPY --from=build /src/price.c /src/
WORKDIR /src
ENTRYPOINT ["dotnet", "/app/shop.dll"]
