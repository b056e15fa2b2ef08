FROM python:3.11-bookworm
COPY w.sh /w.sh
CMD ["sh", "/w.sh"]
