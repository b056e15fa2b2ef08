FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
RUN useradd -m web
WORKDIR /src
COPY . .
USER web
RUN dotnet publish -c Release -o /home/web/app

FROM mcr.microsoft.com/dotnet/aspnet:8.0
ENV ASPNETCORE_HTTP_PORTS=
RUN useradd -m web
COPY --from=build /home/web/app /home/web/app
USER web
WORKDIR /home/web/app
CMD ["dotnet", "shop.dll"]
