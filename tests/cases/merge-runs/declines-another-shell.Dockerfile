FROM debian:12
SHELL ["pwsh", "-Command"]
RUN New-Item a
RUN New-Item b
