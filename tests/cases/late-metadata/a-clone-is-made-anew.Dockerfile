FROM alpine/git
ARG BUILD_DATE
RUN git clone https://example.com/tool.git
RUN apk add --no-cache curl
