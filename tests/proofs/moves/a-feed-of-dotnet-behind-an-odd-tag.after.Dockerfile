FROM mcr.microsoft.com/dotnet/sdk:8.0
ARG RID=linux-x64
WORKDIR /src
COPY Web/Web.csproj ./Web/
COPY Core/Core.fsproj ./Core/
COPY nuget.config ./
RUN dotnet restore Web/Web.csproj -r $RID -p:PublishTrimmed=true
COPY . .
RUN dotnet publish Web/Web.csproj -c Release -r $RID -p:PublishTrimmed=true -o /app
