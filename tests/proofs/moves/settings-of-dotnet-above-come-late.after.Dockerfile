FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY Web/Web.csproj ./Web/
RUN dotnet restore Web
COPY . .
RUN dotnet publish Web --no-restore -o /app
