FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY Web/Web.csproj ./Web/
RUN dotnet restore Web/Web.csproj
COPY . .
RUN dotnet publish Web/Web.csproj -c Release -o /app
