FROM debian:12
ADD --chmod=755 ./ /app/
