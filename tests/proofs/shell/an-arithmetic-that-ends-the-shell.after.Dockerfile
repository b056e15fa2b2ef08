FROM base
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN touch g
