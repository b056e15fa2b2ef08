FROM node:20
RUN perl -pi -e "s/a/b/" /etc/hostname
CMD ["node"]
