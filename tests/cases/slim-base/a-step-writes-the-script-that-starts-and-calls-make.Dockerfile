FROM python:3.11
RUN echo "#!/bin/sh" > /run.sh && echo "make -C /srv" >> /run.sh && chmod +x /run.sh
CMD ["/run.sh"]
