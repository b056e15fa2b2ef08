FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY Web.csproj ./
RUN dotnet restore -r linux-arm64
COPY . .
RUN dotnet publish -c Release -r linux-x64 -o /app
