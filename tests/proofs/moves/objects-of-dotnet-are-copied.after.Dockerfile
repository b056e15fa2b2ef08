FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY Web.csproj ./
RUN dotnet restore
COPY . .
RUN dotnet publish --no-restore -o /app
