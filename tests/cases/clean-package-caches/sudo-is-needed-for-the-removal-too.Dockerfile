FROM cimg/base:2024.01
RUN sudo apt-get update && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y curl
