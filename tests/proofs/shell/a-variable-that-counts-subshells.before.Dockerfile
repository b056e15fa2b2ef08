FROM base
RUN cd d1 && echo "$BASH_SUBSHELL"
RUN true
