#!/usr/bin/env python3
"""Build real projects as they are, as dockslim writes them, and as an expert did, and compare the images.

    run.py FOLDER                      every project in a folder
    run.py FOLDER --only flask go      those with one of these words in their names
    run.py FOLDER --engine buildah --engine-arg=--pull-never --results measured.json

A project is a folder that holds

    Dockerfile           the file as its author wrote it
    context/             the folder that it is built with
    smoke or check.sh    a program that finds the name of an image in $IMAGE, and ends with 0 if that works
    touch                the path of a source file in the context; a rebuild is timed after a change of it
    Dockerfile.expert    how an expert would write it, if somebody did
    prepare              a program that completes the context, if one is needed

All is done by `dockslim fix` and `dockslim verify`; nothing is written to the projects themselves but by
`prepare`. Prints Markdown: sizes of the uncompressed layers, and the processor time of a rebuild where the
builder works below this process (buildah, podman), else its seconds. What fails is named, with the lines that
the builder or the smoke command printed last. With --results, what was measured is kept there, and not measured
again as long as the file is the same.
"""

import argparse
import hashlib
import json
import math
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEVELS = {"safe": [], "review": ["--review"], "suggestions": ["--suggestions"]}
VARIANTS = ["original", *LEVELS, "verified", "expert"]


class Project:
    """A folder with a Dockerfile, what it is built with, and how its image is asked."""

    def __init__(self, folder, scratch):
        self.name, self.folder, self.context = folder.name, folder, folder / "context"
        touch = folder / "touch"
        self.touch = touch.read_text().strip() if touch.exists() else None
        self.smoke = self.program(["smoke", "check.sh"], scratch)
        prepare = folder / "prepare"
        if prepare.exists():
            subprocess.run([prepare], check=True)

    def program(self, names, scratch):
        """The first of these programs; a script that does not say what runs it is for bash."""
        script = next((self.folder / name for name in names if (self.folder / name).exists()), None)
        if script is None or script.read_bytes()[:2] in (b"#!", b"\x7fE"):
            return script
        launcher = scratch / f"{self.name}-smoke"
        launcher.write_text(f'#!/bin/sh\nexec bash {shlex.quote(str(script))} "$IMAGE"\n')
        launcher.chmod(0o755)
        return launcher


class Runner:
    """Calls dockslim."""

    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.building = [f"--engine={options.engine}"] if options.engine else []
        self.building += [f"--engine-arg={word}" for word in options.engine_arg]
        self.building += [f"--smoke-timeout={options.smoke_timeout}"]

    def call(self, command, *words):
        words = [self.options.dockslim, command, "--isolated", *words]
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")

    def rewritten(self, project, variant):
        """The text that dockslim writes, or `None`; and what it said about it."""
        copy = self.scratch / project.name / variant / "Dockerfile"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project.folder / "Dockerfile", copy)
        words = ["--write", "--context", project.context]
        if variant == "verified":
            words += ["--verify", "--budget", str(self.options.budget), *self.building]
            words += ["--smoke", project.smoke] if project.smoke else []
        else:
            words += LEVELS[variant]
        ran = self.call("fix", *words, copy)
        return (copy.read_text() if ran.returncode == 0 else None), ran.stderr

    def compared(self, project, before, after):
        """What `dockslim verify` says about two texts: its JSON, or its complaint."""
        files = []
        for name, text in (("before", before), ("after", after)):
            files.append(self.scratch / project.name / f"{name}.Dockerfile")
            files[-1].parent.mkdir(parents=True, exist_ok=True)
            files[-1].write_text(text)
        words = ["--output-format=json", "--context", project.context, "--runs", str(self.options.runs)]
        words += ["--smoke", project.smoke] if project.smoke else []
        words += ["--touch", project.touch] if project.touch else []
        ran = self.call("verify", *words, *self.building, "--against", files[1], files[0])
        return (json.loads(ran.stdout), None) if ran.stdout else (None, ran.stderr)


def side(told, which):
    """A size and a time of one of the two images, or why there are none."""
    one = told[which]
    if "failed" in one:
        failed = one["failed"]
        return {"why": "build fails", "lines": [failed["step"] or "", *failed["lines"]]}
    smoke = one["smoke"]
    if smoke and (smoke["status"] != 0 or smoke["timed_out"]):
        return {"why": "smoke fails", "lines": (smoke["stdout"] + smoke["stderr"]).splitlines()[-8:]}
    best = lambda times: min(((t["cpu_seconds"] or t["seconds"]) for t in times), default=None)
    return {
        "bytes": one["bytes"],
        "pulled": one["pulled_bytes"],
        "build": best(one["builds"]),
        "rebuild": best(one["rebuilds"]),
    }


def measure(runner, project, texts, known):
    """Measures each text once, two at a time: what fails as the first of two is built again behind the original."""
    original = texts["original"]
    todo = [text for text in dict.fromkeys(texts.values()) if text and key(project, text) not in known]
    while todo:
        if original in todo:
            pair = (original, next((text for text in todo if text != original), original + "\n# the same\n"))
        else:
            pair = (todo[0], todo[1]) if len(todo) > 1 else (original, todo[0])
        told, complaint = runner.compared(project, *pair)
        if told is None and pair[0] != original:
            told, complaint = runner.compared(project, original, pair[0])
            pair = (original, pair[0])
        todo = [text for text in todo if text not in pair]
        for text, which in zip(pair, ("before", "after")):
            found = side(told, which) if told else {"why": "original fails", "lines": complaint.splitlines()[-8:]}
            known[key(project, text)] = found
        runner.options.keep(known)


def key(project, text):
    return f"{project.name}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def texts_of(runner, project, variants, said, known):
    """The text of each variant, if there is one."""
    texts = {"original": (project.folder / "Dockerfile").read_text()}
    for variant in variants:
        stored = f"{key(project, texts['original'])}:verified"
        if variant == "expert":
            expert = project.folder / "Dockerfile.expert"
            texts[variant] = expert.read_text() if expert.exists() else None
        elif variant == "verified" and stored in known:
            texts[variant], said[project.name, variant] = known[stored]
        elif variant != "original":
            texts[variant], said[project.name, variant] = runner.rewritten(project, variant)
            if variant == "verified" and texts[variant]:
                known[stored] = [texts[variant], said[project.name, variant]]
    return texts


def table(rows, variants, field, shown):
    """A Markdown table of one measure, with what each column comes to beside the original."""
    lines = ["| project | " + " | ".join(variants) + " |", "|---|" + "--:|" * len(variants)]
    for name, cells in rows.items():
        texts = []
        for variant in variants:
            cell = cells.get(variant) or {}
            value = cell.get(field)
            texts.append(shown(value) if value is not None else cell.get("why", ""))
        lines.append(f"| {name} | " + " | ".join(texts) + " |")
    means = []
    for variant in variants:
        # What fails saves nothing.
        value = lambda cells: (cells.get(variant) or {}).get(field) or cells["original"][field]
        whole = [cells for cells in rows.values() if cells["original"].get(field)]
        logarithms = [math.log(value(cells) / cells["original"][field]) for cells in whole]
        means.append(f"{math.exp(sum(logarithms) / len(whole)):.3f}" if whole else "")
    lines.append("| geometric mean of after/before | " + " | ".join(means) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="words that are in the names of the projects")
    parser.add_argument("--variants", nargs="*", default=VARIANTS, choices=VARIANTS)
    parser.add_argument("--dockslim", default=ROOT / "target/release/dockslim", type=Path)
    parser.add_argument("--engine", help="as of dockslim verify")
    parser.add_argument("--engine-arg", action="append", default=[], help="as of dockslim verify")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--smoke-timeout", type=int, default=120)
    parser.add_argument("--budget", type=int, default=3600, help="seconds for each fix --verify")
    parser.add_argument("--results", type=Path, help="a file that keeps what was measured")
    options = parser.parse_args()
    variants = [variant for variant in VARIANTS if variant in options.variants or variant == "original"]
    options.folder, options.dockslim = options.folder.resolve(), options.dockslim.resolve()
    known = json.loads(options.results.read_text()) if options.results and options.results.exists() else {}

    def keep(known):
        if options.results:
            fresh = options.results.with_suffix(".new")
            fresh.write_text(json.dumps(known, indent=1))
            os.replace(fresh, options.results)

    options.keep, rows, said = keep, {}, {}
    with tempfile.TemporaryDirectory(prefix="dockslim-projects-") as scratch:
        runner = Runner(options, Path(scratch))
        for folder in sorted(path.parent for path in options.folder.glob("*/Dockerfile")):
            if options.only and not any(word in folder.name for word in options.only):
                continue
            print(folder.name, file=sys.stderr, flush=True)
            project = Project(folder, Path(scratch))
            texts = texts_of(runner, project, variants, said, known)
            measure(runner, project, texts, known)
            rows[project.name] = {variant: known[key(project, text)] for variant, text in texts.items() if text}
            for variant, cell in rows[project.name].items():
                told = cell.get("why") or f"{cell['bytes'] / 1e6:.1f} MB, rebuild {cell['rebuild'] or 0:.1f} s"
                print(f"    {variant}: {told}", file=sys.stderr, flush=True)

    print("Size of the layers, MB:\n")
    print(table(rows, variants, "bytes", lambda value: f"{value / 1e6:.1f}"))
    print("\nRebuild after a changed source file, s:\n")
    print(table(rows, variants, "rebuild", lambda value: f"{value:.1f}"))
    for (name, variant), told in said.items():
        if variant == "verified":
            lines = [line for line in told.splitlines() if line.startswith(("tried", "kept", "nothing", "error"))]
            print(f"\n{name}, fix --verify: " + "; ".join(lines[-4:]), file=sys.stderr)
    for name, cells in rows.items():
        for variant, cell in cells.items():
            if "why" in cell:
                print(f"\n{name}, {variant}: {cell['why']}\n\n    " + "\n    ".join(cell["lines"]))


if __name__ == "__main__":
    main()
