FROM base
SHELL ["/bin/bash", "-c"]
RUN sh -c 'echo a'
RUN hash
