#!/usr/bin/env python3
"""Try to cheat the proof with what other tools make of Dockerfiles.

Formatters and fixers change files in many ways, some of them wrong. Each rival works on a copy of the
sample, and `dockslim prove` judges every file that it changed. Three other judges say which of the new
files are broken beyond doubt: BuildKit's parser, `bash -n` and `dash -n`, each only where it took the
old file. None of these may be proven equal: then the script ends with 1.

    adversaries.py FOLDER                    500 Dockerfiles of a folder or .tar.xz, all rivals
    adversaries.py FOLDER --sample 0         all of them
    adversaries.py FOLDER --rival dockerfmt  one rival only, may be repeated
    adversaries.py FOLDER --keep OUT         keeps what the rivals made, and verdicts.jsonl beside it

Prints a Markdown table: a row for each rival, a column for each verdict, and in parentheses how many
of them are broken beyond doubt. With --read N also N pairs of each verdict, drawn by lot, as diffs to
be read by a person. The rivals are installed as for run.py; the parser's package is named in
tests/oracles/requirements.txt.
"""

import argparse
import collections
import difflib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from run import CHUNK, ROOT, install, run, sample

VERDICTS = {0: "equal", 1: "different", 3: "unknown"}
KEYWORDS = set(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL"
    " STOPSIGNAL USER VOLUME WORKDIR".split()
)
SHELLS = ["bash", "dash"]


@dataclass
class Changed:
    """A file that a rival changed, and what became of it."""

    rival: str
    before: str
    after: str
    broken: list[str] = field(default_factory=list)
    verdict: str = ""
    message: str = ""


def rivals(cache):
    """How each rival is asked to change some files of the current folder, by its name."""
    python, node = install(cache)
    (tally,) = python.glob("lib/python3*/site-packages/tally_cli/bin/tally-*/tally")
    (dockerfmt,) = node.glob("node_modules/@reteps/dockerfmt-*/bin/dockerfmt")
    (dprint,) = node.glob("node_modules/@dprint/*/dprint")
    config = cache / "adversaries.dprint.json"
    plugin = node / "node_modules/@dprint/dockerfile/plugin.wasm"
    config.write_text(json.dumps({"plugins": [str(plugin)], "includes": ["**/*.Dockerfile"]}))
    # ShellCheck takes nine tenths of the time, and its fixes are few.
    lint = [tally, "lint", "--no-config", "--no-color", "--slow-checks", "off"]
    lint += ["--ignore", "shellcheck/*", "--fix"]
    return {
        "tally --fix": lambda files: [*lint, *files],
        "tally --fix --fix-unsafe": lambda files: [*lint, "--fix-unsafe", *files],
        "dockerfmt": lambda files: [dockerfmt, "-w", *files],
        "dprint": lambda files: [dprint, "fmt", "--config", config, "--incremental=false", *files],
    }


def changes(name, command, files, folder, copy):
    """The files that a rival changes, in `copy`. A file that it refuses stays as it is."""
    shutil.copytree(folder, copy)
    waiting = [files[at : at + CHUNK] for at in range(0, len(files), CHUNK)]
    while waiting:
        part = waiting.pop()
        ran = run(command(part), copy)
        # A refusal may hide what else is in the chunk, so that all is done again in halves.
        refused = ran.code not in (0, 1) or "Error parsing" in ran.out + ran.err
        if refused:
            for file in part:
                shutil.copy(folder / file, copy / file)
            named = set(re.findall(r"^Error: (.+?):\d+:", ran.err, re.MULTILINE)) & set(part)
            if named and len(named) < len(part):
                waiting.append([file for file in part if file not in named])
            elif len(part) > 1:
                half = len(part) // 2
                waiting += [part[:half], part[half:]]
    same = lambda file: (folder / file).read_bytes() == (copy / file).read_bytes()
    return [Changed(name, str(folder / file), str(copy / file)) for file in files if not same(file)]


def answers(oracle, records):
    """What one of tests/oracles says of each record."""
    command = [sys.executable, ROOT / "tests/oracles" / oracle[0], *oracle[1:]]
    ran = subprocess.run(command, input=b"".join(records), stdout=subprocess.PIPE)
    if ran.returncode:
        sys.exit(f"{oracle[0]} failed")
    return ran.stdout.decode("utf-8", "replace").splitlines()


def faults(parsed):
    """What the builder would not take, though its parser does."""
    if "error" in parsed:
        return {parsed["error"]}
    found = set()
    for instruction in parsed["instructions"]:
        keyword, words = (instruction["cmd"] or "").upper(), instruction["value"]
        if keyword not in KEYWORDS:
            found.add(f"unknown instruction {keyword}")
        elif keyword == "FROM" and not (
            len(words) == 1 or len(words) == 3 and words[1].upper() == "AS"
        ):
            found.add("FROM takes one or three words")
        elif not any(words):
            found.add(f"{keyword} without arguments")
    return found


def scripts(parsed):
    """The scripts of RUN that go to a shell."""
    for instruction in parsed.get("instructions", []):
        if (instruction["cmd"] or "").upper() != "RUN" or instruction["json"] or not instruction["value"]:
            continue
        script, documents = instruction["value"][0], instruction["heredocs"]
        if len(documents) == 1 and re.fullmatch(r"<<-?\S+", script):
            script = documents[0]["content"]
            if script.startswith("#!"):
                continue
        else:
            script += "".join(f"\n{each['content']}{each['name']}" for each in documents)
        yield script


def look_for_broken(found):
    """Notes in each pair what took the old file and refuses the new one."""
    texts = sorted({path for pair in found for path in (pair.before, pair.after)})
    bodies = [Path(path).read_bytes() for path in texts]
    records = [b"%d\n%b" % (len(body), body) for body in bodies]
    parsed = dict(zip(texts, map(json.loads, answers(["buildkit.py"], records))))
    refused = {path: faults(each) for path, each in parsed.items()}
    asked = sorted({script for each in parsed.values() for script in scripts(each)})
    for shell in SHELLS:
        bodies = [script.encode() for script in asked]
        records = [b"%b %d\n%b" % (shell.encode(), len(body), body) for body in bodies]
        said = dict(zip(asked, answers(["shell.py", shell], records)))
        for path, each in parsed.items():
            if any(said[script].startswith("rejected") for script in scripts(each)):
                refused[path].add(f"{shell} -n")
    for pair in found:
        old, new = refused[pair.before], refused[pair.after]
        pair.broken = sorted(new - old) if "error" not in parsed[pair.before] else []


def prove(dockslim, pair):
    """Asks the proof about one pair."""
    command = [dockslim, "prove", "--output-format", "json", pair.before, pair.after]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    pair.verdict = VERDICTS.get(ran.returncode, "error")
    if pair.verdict == "error":
        pair.message = ran.stderr.decode("utf-8", "replace").strip()
        return
    told = json.loads(ran.stdout)
    places = told["differences"] + [told["gap"]] * (told["gap"] is not None)
    pair.message = "; ".join(place["message"] for place in places)
    if told["differences"]:
        kinds = sorted({each["kind"] for each in told["differences"]})
        pair.verdict = "equal but for " + ", ".join(kinds)


def table(found):
    """Rivals and verdicts, as Markdown."""
    count, broken = collections.Counter(), collections.Counter()
    for pair in found:
        count[pair.rival, pair.verdict] += 1
        broken[pair.rival, pair.verdict] += bool(pair.broken)
    order = lambda verdict: (not verdict.startswith("equal"), verdict)
    verdicts = sorted({pair.verdict for pair in found}, key=order)
    print("| rival | changed |", " | ".join(verdicts), "|")
    print("|---|--:|" + "--:|" * len(verdicts))
    for rival in dict.fromkeys(pair.rival for pair in found):
        cells = []
        for verdict in verdicts:
            bad = broken[rival, verdict]
            cells.append(f"{count[rival, verdict]}" + (f" ({bad})" if bad else ""))
        print(f"| {rival} | {sum(pair.rival == rival for pair in found)} |", " | ".join(cells), "|")


def show(found, number, seed):
    """Some pairs of each verdict as diffs, for a person to read, in turn from each rival."""
    lots = random.Random(seed)
    for word in ("equal", "different", "unknown"):
        heaps = collections.defaultdict(list)
        for pair in found:
            if pair.verdict.startswith(word):
                heaps[pair.rival].append(pair)
        for heap in heaps.values():
            lots.shuffle(heap)
        drawn = []
        while len(drawn) < number and any(heaps.values()):
            drawn += [heap.pop() for heap in heaps.values() if heap]
        for at, pair in enumerate(drawn[:number], 1):
            texts = [Path(path).read_text(errors="replace") for path in (pair.before, pair.after)]
            old, new = (text.splitlines() for text in texts)
            print(f"\n## {word} {at}: {pair.rival}, {Path(pair.before).name}\n\n{pair.message}\n")
            print("\n".join(list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("--sample", type=int, default=500, help="how many files, 0 for all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rival", action="append", default=[], help="those whose name starts so")
    parser.add_argument("--read", type=int, default=0, metavar="N")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--dockslim", type=Path, default=ROOT / "target/release/dockslim")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "dockslim-rivals"
    parser.add_argument("--cache", type=Path, default=cache)
    options = parser.parse_args()
    dockslim = options.dockslim.resolve()
    if not dockslim.exists():
        sys.exit(f"no dockslim at {dockslim}: cargo build --release, or name it with --dockslim")

    options.cache.mkdir(parents=True, exist_ok=True)
    os.environ["DPRINT_CACHE_DIR"] = str(options.cache / "dprint")
    with tempfile.TemporaryDirectory() as place:
        place = options.keep.resolve() if options.keep else Path(place)
        folder = place / "before"
        folder.mkdir(parents=True)
        files = sample(options.source, options.sample, folder, options.seed)
        found = []
        for name, command in rivals(options.cache.resolve()).items():
            if not options.rival or any(name.startswith(start) for start in options.rival):
                copy = place / re.sub(r"\W+", "-", name)
                found += changes(name, command, files, folder, copy)
        look_for_broken(found)
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            list(workers.map(lambda pair: prove(dockslim, pair), found))
        if options.keep:
            lines = (json.dumps(asdict(pair)) + "\n" for pair in found)
            (place / "verdicts.jsonl").write_text("".join(lines))

        print(f"{len(files)} files; in parentheses: broken beyond doubt\n")
        table(found)
        show(found, options.read, options.seed)
    cheated = [pair for pair in found if pair.broken and pair.verdict.startswith("equal")]
    for pair in cheated:
        names = f"{pair.rival}, {Path(pair.before).name}"
        print(f"proven equal, yet broken: {names}: {'; '.join(pair.broken)}", file=sys.stderr)
    failed = [pair for pair in found if pair.verdict == "error"]
    for pair in failed:
        print(f"no verdict: {Path(pair.before).name}: {pair.message}", file=sys.stderr)
    return 1 if cheated or failed else 0


if __name__ == "__main__":
    sys.exit(main())
