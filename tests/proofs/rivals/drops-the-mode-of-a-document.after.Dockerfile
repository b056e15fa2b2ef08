FROM debian:12
COPY <<EOF /run.sh
#!/bin/sh
EOF
