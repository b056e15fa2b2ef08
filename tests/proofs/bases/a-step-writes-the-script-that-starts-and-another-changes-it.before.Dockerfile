FROM python:3.11
RUN echo "#!/bin/sh" > /run.sh && cat /etc/job >> /run.sh && chmod +x /run.sh
CMD ["/run.sh"]
