FROM python:3.11-slim
RUN echo "#!/bin/sh" > /run.sh && cat /etc/job >> /run.sh && chmod +x /run.sh
CMD ["/run.sh"]
