FROM nginx:1.25
CMD ["true"]
