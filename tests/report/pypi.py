#!/usr/bin/env python3
"""Writes anew what the proof knows of packages of PyPI: `tests/report/pypi.py [NAME…]`, in the project's root.

Asked about are the names that are given, or, without any, all that stand in proof/compare/split/pypi.txt. For each, pip's own finder
tells what pip would look at on Linux (x86-64, glibc) with a version of Python, so that releases that do not want this version do not
count; the row holds the first version from which on each of them has a wheel. A project that never had a wheel for one platform alone
has no machine code, and needs no first version.

The finder is that of the pip that runs this (23.2 or later), and so is the index that it asks.
"""

import sys
from pathlib import Path

from pip._internal.commands import create_command
from pip._internal.models.target_python import TargetPython

TABLE = Path("proof/compare/split/pypi.txt")
MINORS = range(8, 14)
# The newest first, as in the images of Python.
PLATFORMS = [f"manylinux_2_{glibc}_x86_64" for glibc in range(36, 4, -1)]
PLATFORMS += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"]


def candidates(name, minor):
    """What pip would choose from, with Python 3.`minor`: releases, and whether each is a wheel, and one for any platform."""
    command = create_command("install")
    options, _ = command.parse_args(["--disable-pip-version-check"])
    with command.main_context():
        session = command.get_default_session(options)
        target = TargetPython(platforms=PLATFORMS, py_version_info=(3, minor), abis=None, implementation="cp")
        finder = command._build_package_finder(options, session, target_python=target)
        return [(one.version, one.link.filename) for one in finder.find_all_candidates(name)]


def row(name):
    text, plain = name, True
    for minor in MINORS:
        releases = {}
        for version, file in candidates(name, minor):
            plain &= not file.endswith(".whl") or file.endswith("-any.whl")
            if not version.is_prerelease:
                releases[version] = releases.get(version, False) or file.endswith(".whl")
        first = None
        for version in sorted(releases, reverse=True):
            if not releases[version]:
                break
            first = version
        if first:
            text += f" {minor}:{first.base_version}"
    return None if text == name else name if plain else text


def main():
    lines = TABLE.read_text().splitlines()
    head = [line for line in lines if line.startswith("#")]
    rows = {line.split()[0]: line for line in lines if line and not line.startswith("#")}
    for name in sys.argv[1:] or list(rows):
        rows[name] = row(name)
    TABLE.write_text("\n".join([*head, "", *(rows[name] for name in sorted(rows) if rows[name])]) + "\n")


main()
