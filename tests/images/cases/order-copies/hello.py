from greeting import text

print(text())
