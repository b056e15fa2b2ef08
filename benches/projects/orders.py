#!/usr/bin/env python3
"""List what order-copies says of each install behind a COPY, in a folder of real projects.

    orders.py FOLDER > ORDERS.md
    orders.py FOLDER --dockslim target/release/dockslim

Each folder in FOLDER is the build context of the Dockerfiles in it, which have any name that `dockslim` takes for one.
Nothing is written to them. Prints Markdown: a row for each install or build that stands behind a COPY of more than it
reads, ordered or left alone, with the rule and what the pass says. Rules whose sentence below says so cannot be helped.
"""

import argparse
import json
import subprocess
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Why a rule stands, and what its user can do. Written by a person who has read each row.
JUDGED = {
    "another-command": "The install shares its RUN with commands that may read the project, or take away what it installed; "
    "parted, the layer would keep what they remove.",
    "kind-of-copy": "What the COPY brings is known when the image is built, and not before.",
    "local-dependency": "The project itself is among what is installed.",
    "lockfile": "The call may write its lockfile, and the COPY behind would put the old one back: a frozen install would do.",
    "names-files": "The call names files of the project.",
    "new-folder": "COPY gives the folder the mode that it has in the context; a WORKDIR for it in front would do.",
    "no-context": "The folder holds a part of its repository, and COPY names files of the rest.",
    "no-download": "Gradle has no step that only downloads; gradle/gradle#14051 asks for one, and is open. Its build files are programs: "
    "what they read is known to nobody else, `gradle dependencies` resolves without fetching, and what stands in for it in other places "
    "(a build that may fail) builds. A wrapper at least fetches Gradle itself first, but not into the volume of the image `gradle`.",
    "no-manifest": "What the install reads is not in the context.",
    "no-stand-in": "The build wants sources that nothing can stand in for.",
    "reads-more": "The package manager runs plugins or reads files that a manifest does not name.",
    "run-flags": "A mount shows the RUN more than its file says.",
    "scripts": "The install runs scripts of the project.",
    "step-between": "A RUN between COPY and install runs a program that may read what was copied.",
    "system-folder": "The target is the working directory of an image that is not known, or holds files of programs.",
    "unread-call": "A word of the call leads elsewhere, or is known only when the image is built.",
    "unread-manifest": "A manifest says what is not understood.",
}


def is_dockerfile(path):
    """Whether dockslim takes a file of this name for a Dockerfile."""
    name = path.name.lower()
    starts = name.startswith(("dockerfile", "containerfile"))
    return (starts or name.endswith(".dockerfile")) and not name.endswith((".dockerignore", ".j2", ".tmpl"))


def remarks(dockslim, file):
    """What the pass has done and left alone in a file, with the lines."""
    command = [dockslim, "fix", "--isolated", "--review", "--explain-declines", "--output-format", "json", str(file)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode > 1:
        return []
    found = []
    for one in json.loads(answer.stdout)["files"]:
        for kind in ("applied", "declined"):
            found += [(kind, remark) for remark in one.get(kind, []) if remark["pass"] == "order-copies"]
    return found


def row(file, kind, remark):
    """A row of the table."""
    rule = remark["reason"] or remark["level"]
    said = remark["message"].split("; ", 1)[-1].replace("|", "\\|")
    verdict = "ordered" if kind == "applied" else "left"
    return f"| {file} | {remark['start'][0]} | {verdict} | {rule} | {said} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dockslim", default=str(ROOT / "target/release/dockslim"))
    told = parser.parse_args()
    projects = sorted(path for path in told.folder.iterdir() if path.is_dir())
    files = [file for project in projects for file in sorted(project.rglob("*")) if file.is_file() and is_dockerfile(file)]
    found = [(file, *one) for file in files for one in remarks(told.dockslim, file)]
    ordered = sum(kind == "applied" for _, kind, _ in found)
    rules = Counter(remark["reason"] for _, kind, remark in found if kind == "declined")
    print("# What order-copies says of real projects\n")
    print("Written by `benches/projects/orders.py FOLDER`, at level review, over projects with their sources emptied.\n")
    print(f"{len(projects)} projects with {len(files)} Dockerfiles: {len(found)} installs and builds stand behind a COPY of more than they")
    print(f"read. {ordered} are ordered, {len(found) - ordered} are left alone; all others are ordered by their authors, or install nothing that the")
    print("pass knows.\n")
    print("| rule | times | why it stands |\n| --- | ---: | --- |")
    for rule, times in sorted(rules.items()):
        print(f"| {rule} | {times} | {JUDGED.get(rule, '')} |")
    print("\n| file | line | verdict | rule or level | what the pass says |\n| --- | ---: | --- | --- | --- |")
    for file, kind, remark in found:
        print(row(file.relative_to(told.folder), kind, remark))


if __name__ == "__main__":
    main()
