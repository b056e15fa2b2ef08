FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build
ARG CONFIGURATION=Release
WORKDIR /src
COPY . .
RUN dotnet publish -c $CONFIGURATION -r linux-x64 --self-contained false -p:PublishSingleFile=true -o /app

FROM mcr.microsoft.com/dotnet/aspnet:9.0
COPY --from=build /app /app
CMD ["dotnet", "/app/Shop.dll"]
