#!/usr/bin/env python3
"""Measure how fast the language server answers on a long file.

    cargo build --release
    benches/server/run.py                     a file of 2,000 lines, 20 runs
    benches/server/run.py --runs 50 Dockerfile    this file

Each run starts the server anew, opens the file, and asks as an editor does. Prints a Markdown table of medians: the time from
the question to the last byte of the answer, and the processor time of the threads that were there when it was asked: what the server works out for
later on another thread does not count. Processor time needs Linux.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# One stage of a file as people write them; its lines want to be laid out otherwise.
STAGE = """\
# The part of the service number {n}.
FROM debian:12-slim as part{n}
ARG VERSION=1.{n}
ENV LANG=C.UTF-8  PART={n}
WORKDIR /srv/part{n}
RUN apt-get update && apt-get install -y --no-install-recommends \\
      curl ca-certificates \\
      git && \\
    rm -rf /var/lib/apt/lists/*
COPY package{n}.json  ./
RUN if [ -n "$VERSION" ]; then \\
      curl -fsSL "https://example.com/part-$VERSION.tar.gz" | tar -xz; \\
    fi
RUN useradd -m part{n} && chown -R part{n} /srv/part{n} && chmod 0755 /srv/part{n} && touch /srv/part{n}/.is-ready
user part{n}
CMD [ "sh","-c", "exec /srv/part{n}/run" ]

"""


def long_file(lines):
    """A Dockerfile with so many lines."""
    text, number = "", 0
    while text.count("\n") < lines:
        text += STAGE.format(n=number)
        number += 1
    return "".join(text.splitlines(keepends=True)[:lines])


class Server:
    """A running server."""

    def __init__(self, program, folder):
        begun = time.perf_counter()
        self.child = subprocess.Popen(
            [program, "lsp", "--isolated"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.number = 0
        self.heard = begun
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self.started = (time.perf_counter() - begun, sum(self.cpu().values()))
        self.tell("initialized", {})

    def cpu(self):
        """The processor time of each thread, by its number."""
        times = {}
        for thread in Path(f"/proc/{self.child.pid}/task").glob("*"):
            try:
                # The first number is nanoseconds on a processor.
                times[thread.name] = int((thread / "schedstat").read_text().split()[0]) / 1e9
            except OSError:
                pass
        return times

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.child.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.child.stdout.readline().strip()) or not length:
            if not line and self.child.poll() is not None:
                raise SystemExit("the server has gone away")
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = self.child.stdout.read(length)
        # What this program makes of an answer is no time of the server.
        self.heard = time.perf_counter()
        return json.loads(body)

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        return self.until(lambda message: message.get("id") == self.number)["result"]

    def until(self, wanted):
        while not wanted(message := self.receive()):
            pass
        return message

    def diagnostics(self, version):
        """Waits for the diagnostics of a version of the text."""
        name = "textDocument/publishDiagnostics"
        return self.until(lambda one: one.get("method") == name and one["params"]["version"] == version)

    def end(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.child.wait()


def measure(server, work):
    """The time, and the processor time, of what is asked of the server."""
    cpu, begun = server.cpu(), time.perf_counter()
    answer = work()
    wall, after = server.heard - begun, server.cpu()
    return answer, (wall, sum(after[thread] - spent for thread, spent in cpu.items() if thread in after))


def session(program, path, taken):
    """Asks one server all that is measured."""
    text = path.read_text()
    server = Server(program, path.parent)
    document = {"uri": path.as_uri()}
    layout = {"textDocument": document, "options": {"tabSize": 4, "insertSpaces": True}}
    middle = text.count("\n") // 2
    place = {"line": middle, "character": 0}
    versions = iter(range(2, 20))

    def edit():
        version = next(versions)
        change = {"range": {"start": place, "end": place}, "text": "# a word\n"}
        server.tell(
            "textDocument/didChange",
            {"textDocument": {**document, "version": version}, "contentChanges": [change]},
        )
        return version

    def note(name, work):
        answer, times = measure(server, work)
        taken.setdefault(name, []).append(times)
        return answer

    taken.setdefault("from the start to the answer of `initialize`", []).append(server.started)
    opened = {**document, "languageId": "dockerfile", "version": 1, "text": text}
    server.tell("textDocument/didOpen", {"textDocument": opened})
    edits = note("format, as soon as it is open", lambda: server.ask("textDocument/formatting", layout))
    server.diagnostics(1)
    note("format, when all is known", lambda: server.ask("textDocument/formatting", layout))

    def edited_and_laid_out():
        edit()
        return server.ask("textDocument/formatting", layout)

    note("an edit, and format", edited_and_laid_out)
    lines = {"start": place, "end": {"line": middle + 20, "character": 0}}
    actions = {"textDocument": document, "range": lines, "context": {"diagnostics": []}}

    def edited_and_asked():
        edit()
        return server.ask("textDocument/codeAction", actions)

    found = note("an edit, and the actions of 20 lines", edited_and_asked)

    everything = {**actions, "context": {"diagnostics": [], "only": ["source.fixAll"]}}

    def edited_and_fixed():
        edit()
        return server.ask("textDocument/codeAction", everything)

    note("an edit, and all safe rewrites", edited_and_fixed)
    # A line of a RUN, in the middle of the file.
    inside = next(n for n, line in enumerate(text.splitlines()) if n > middle and line.startswith("RUN"))
    hovered = {"textDocument": document, "position": {"line": inside + 6, "character": 0}}

    def edited_and_hovered():
        edit()
        return server.ask("textDocument/hover", hovered)

    seen = note("an edit, and hover", edited_and_hovered)
    assert seen, "there is something to tell"
    told = note("an edit, until its diagnostics are there", lambda: server.diagnostics(edit()))
    server.end()
    return len(edits or []), len(found or []), len(told["params"]["diagnostics"])


def milliseconds(times):
    return f"{statistics.median(times) * 1000:.1f}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, help="a Dockerfile in place of the one that is made")
    parser.add_argument("--lines", type=int, default=2000, help="of the file that is made")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--dockslim", type=Path, default=ROOT / "target/release/dockslim")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "Dockerfile").resolve()
        path.write_text(options.file.read_text() if options.file else long_file(options.lines))
        taken = {}
        for _ in range(options.runs):
            edits, actions, told = session(options.dockslim.resolve(), path, taken)
        lines = path.read_text().count("\n")
    print(f"{lines} lines, {edits} edits of layout, {told} diagnostics, {actions} actions; "
          f"median of {options.runs} runs, {os.cpu_count()} cores.\n")
    print("| what | time, ms | CPU, ms |\n|---|--:|--:|")
    for what, times in taken.items():
        wall, cpu = zip(*times)
        print(f"| {what} | {milliseconds(wall)} | {milliseconds(cpu)} |")


if __name__ == "__main__":
    main()
