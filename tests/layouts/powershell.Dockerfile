# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell","-Command"]
run Write-Host   a; `
   Write-Host b
COPY   a   C:\\b\\
ENV A=1 `
  B=2
