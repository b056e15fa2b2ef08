"""A guest book that keeps its entries in a file, one a line."""

import os
from pathlib import Path

from flask import Flask, redirect, render_template_string, request

app = Flask(__name__)
book = Path(os.environ.get("BOOK", "data/book.txt"))

PAGE = """<!doctype html>
<title>Guest book</title>
<form method="post"><input name="entry" autofocus> <button>Write</button></form>
<ul>{% for entry in entries %}<li>{{ entry }}</li>{% endfor %}</ul>
"""


@app.get("/")
def read():
    entries = book.read_text().splitlines() if book.exists() else []
    return render_template_string(PAGE, entries=entries)


@app.post("/")
def write():
    entry = " ".join(request.form.get("entry", "").split())
    if entry:
        book.parent.mkdir(parents=True, exist_ok=True)
        with book.open("a") as file:
            file.write(entry + "\n")
    return redirect("/")


@app.get("/health")
def health():
    return {"status": "ok"}
