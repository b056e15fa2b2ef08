FROM python:3.12-slim-bookworm
RUN <<EOF python3
import subprocess
subprocess.check_call("gcc x.c",shell=True)
EOF
CMD ["python"]
