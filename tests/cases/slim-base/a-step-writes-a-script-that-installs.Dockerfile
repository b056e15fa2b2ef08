FROM python:3.11
RUN printf '#!/bin/sh\npython -m pip install --user lxml\n' > /usr/local/bin/start && chmod +x /usr/local/bin/start
CMD ["start"]
