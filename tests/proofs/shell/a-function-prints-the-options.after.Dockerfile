FROM debian:12
RUN (set -e; ln -s data l) && (set -e; options() { set -o | grep errexit; }; options)
