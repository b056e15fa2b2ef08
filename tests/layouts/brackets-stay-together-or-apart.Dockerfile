FROM bash:5
SHELL ["bash", "-c"]
RUN   x=$((cat a) | wc -l); y=$( (cat a) | wc -l ); z=$((1+2))
RUN   ((a); b) && ( (a); b) && ! (c) && !(c)
RUN   f () ( a ) && f
