FROM company/agent
RUN powershell -Command mkdir a ; \
   Write-Host b
RUN cmd /c echo a  & echo b
RUN ls   -l
