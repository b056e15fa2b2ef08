FROM photon:5
RUN tdnf install -y curl
CMD ["true"]
