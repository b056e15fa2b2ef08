FROM python:3.11
WORKDIR /app
COPY job.py ./
RUN printf '#!/bin/sh\nexec python /app/job.py\n' > /run.sh && chmod +x /run.sh
CMD ["/run.sh"]
