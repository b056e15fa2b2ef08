FROM debian:12
RUN touch /a; touch /b
RUN touch /c
