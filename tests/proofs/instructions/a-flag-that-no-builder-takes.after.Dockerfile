FROM b
CMD ["a"]
