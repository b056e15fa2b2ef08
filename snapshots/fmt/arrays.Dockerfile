FROM debian:12
COPY ["my file.txt", "C:/dir with space/"]
CMD ["a", "b", "c\"d"]
ENTRYPOINT [ \
    "a", \
    "b" \
]
VOLUME ["/data"]
SHELL ["/bin/bash", "-c"]
