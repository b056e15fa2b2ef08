FROM debian:12
CMD echo $(date)now
