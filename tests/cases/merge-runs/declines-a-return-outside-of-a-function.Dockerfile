FROM debian:12
RUN return; touch /a
RUN touch /b
