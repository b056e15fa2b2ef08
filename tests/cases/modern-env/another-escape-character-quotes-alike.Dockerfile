# escape=`
FROM debian:12
ENV FOLDER C:\Program Files\Tool
ENV QUOTED a `"b`" c
