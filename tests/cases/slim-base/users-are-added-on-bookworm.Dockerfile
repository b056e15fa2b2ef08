FROM node:20-bookworm
WORKDIR /app
RUN addgroup --system app && adduser --system --ingroup app app
COPY index.js .
USER app
CMD ["node", "index.js"]
