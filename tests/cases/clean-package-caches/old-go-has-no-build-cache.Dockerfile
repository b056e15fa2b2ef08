FROM alpine:3.7 AS package
RUN apk --no-cache add go && go get example.com/tool
CMD ["tool"]

FROM buildpack-deps:jessie AS source
RUN curl https://storage.googleapis.com/golang/go1.3.1.src.tar.gz | tar xzf - -C /usr/local && go get example.com/tool
CMD ["tool"]

FROM buildpack-deps:jessie AS variable
ENV GOLANG_VERSION=1.9.2
RUN curl -fsSL https://golang.org/dl/go$GOLANG_VERSION.linux-amd64.tar.gz | tar xzf - -C /usr/local && go get example.com/tool
CMD ["tool"]

FROM buildpack-deps:jessie
RUN curl -fsSL https://golang.org/dl/go1.4.linux-amd64.tar.gz | tar xzf - -C /usr/local
RUN curl -fsSL https://golang.org/dl/go1.12.src.tar.gz | tar xzf - -C /usr/src && go get example.com/tool
COPY --from=package /root/go/bin/tool /a
COPY --from=source /root/go/bin/tool /b
COPY --from=variable /root/go/bin/tool /c
CMD ["tool"]
