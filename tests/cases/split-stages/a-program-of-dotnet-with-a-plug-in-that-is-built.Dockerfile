FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet publish shop -c Release -o /app/shop && dotnet build mail -c Release -o /app/mail
ENTRYPOINT ["dotnet", "/app/shop/shop.dll"]
