FROM buildpack-deps:jessie
RUN curl https://storage.googleapis.com/golang/go1.10.src.tar.gz | tar xzf - -C /usr/local && go get example.com/tool
CMD ["/bin/true"]
