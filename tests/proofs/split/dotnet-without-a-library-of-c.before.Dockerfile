FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*
RUN gcc -shared -o /usr/lib/libprice.so price.c && dotnet publish -c Release -o /app
ENTRYPOINT ["dotnet", "/app/shop.dll"]
