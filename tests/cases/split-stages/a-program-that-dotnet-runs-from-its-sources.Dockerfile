FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet build
ENTRYPOINT ["dotnet", "run"]
