FROM node:20
RUN perl -e "print 1"
COPY a.pl /a.pl
CMD ["perl", "/a.pl"]
