FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /app
COPY . .
RUN dotnet publish App -c Release -o /out
WORKDIR /out
CMD ["dotnet", "App.dll"]
