FROM base
SHELL ["/bin/bash", "-eu", "-c"]
RUN (set -e && (echo "$OLDPWD"; echo a); echo b) && (true)
