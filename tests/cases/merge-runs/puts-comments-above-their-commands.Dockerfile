FROM debian:12
# hadolint ignore=DL3008
RUN touch /a # one
RUN touch /b # two
RUN touch /c # three
