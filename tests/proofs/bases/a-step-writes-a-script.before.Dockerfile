FROM python:3.12
WORKDIR /app
COPY app.py entrypoint.sh ./
RUN printf '#!/bin/sh\ngit --version\nexec "$@"\n' > /usr/local/bin/start && chmod +x /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["python", "app.py"]
