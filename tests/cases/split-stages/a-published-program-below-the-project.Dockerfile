FROM mcr.microsoft.com/dotnet/sdk:6.0
WORKDIR /src
COPY . .
RUN dotnet restore && dotnet publish -c Release
ENV ASPNETCORE_URLS=http://+:5000
HEALTHCHECK CMD curl -f http://localhost:5000/
CMD dotnet bin/Release/net6.0/publish/shop.dll
