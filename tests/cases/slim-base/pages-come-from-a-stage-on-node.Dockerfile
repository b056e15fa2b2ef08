FROM node:20 AS pages
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM python:3.12
COPY --from=pages /dist /app/static
COPY app.py requirements.txt /app/
RUN pip install -r /app/requirements.txt
CMD ["gunicorn", "app:app"]
