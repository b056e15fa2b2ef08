FROM debian:12
run echo "a b" && make
