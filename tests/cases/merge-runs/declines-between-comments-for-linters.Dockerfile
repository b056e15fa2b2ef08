FROM debian:12
RUN touch /a
# hadolint ignore=DL3008
RUN touch /b
