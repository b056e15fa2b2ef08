FROM python:3.12
WORKDIR /app
COPY . .
RUN printf '#!/bin/sh\nif true; then\n\tcurl -fsS https://example.org\nfi\nexec python app.py\n' > /start.sh && chmod +x /start.sh
CMD ["/start.sh"]
