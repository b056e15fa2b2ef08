FROM mcr.microsoft.com/dotnet/sdk:8.0
RUN useradd -m web
WORKDIR /src
COPY . .
USER web
RUN dotnet publish -c Release -o /home/web/app
WORKDIR /home/web/app
CMD ["dotnet", "shop.dll"]
