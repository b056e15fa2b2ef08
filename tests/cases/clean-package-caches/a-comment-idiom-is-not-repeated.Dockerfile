FROM centos:7
RUN `# tools` yum install -y curl
