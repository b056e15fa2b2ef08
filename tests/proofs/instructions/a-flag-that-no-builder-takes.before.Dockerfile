FROM b
CMD --doit ["a"]
