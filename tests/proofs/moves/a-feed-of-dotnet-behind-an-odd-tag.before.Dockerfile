FROM mcr.microsoft.com/dotnet/sdk:8.0
ARG RID=linux-x64
WORKDIR /src
COPY . .
RUN dotnet publish Web/Web.csproj -c Release -r $RID -p:PublishTrimmed=true -o /app
