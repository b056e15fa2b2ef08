FROM debian:12
RUN touch /a # first
LABEL a=b
# the server
EXPOSE 80

# the second
RUN touch /b; touch /c;

ENTRYPOINT ["/a"]
RUN touch /d
