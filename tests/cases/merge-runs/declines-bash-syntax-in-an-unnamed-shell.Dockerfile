FROM debian:12
RUN [[ -e /a && -e /b ]]
RUN touch /c
