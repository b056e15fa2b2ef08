FROM debian:12
RUN touch /a
# hadolint ignore=DL3059
RUN touch /b
