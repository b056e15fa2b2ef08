#!/usr/bin/env python3
"""Writes anew what the proof knows of packages of PyPI: `tests/report/pypi.py [NAME…]`, in the project's root.

Asked about are the names that stand in proof/compare/split/pypi.txt already, and those that are given. For each, PyPI's list of
files tells the first version from which on each release has a wheel that pip takes on Linux (x86-64, glibc) with a version of
Python. A project that never had a wheel for one platform alone has no machine code, and needs no first version.

Needs the package `packaging`. `PIP_INDEX_URL` names another index.
"""

import json
import os
import re
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.version import InvalidVersion, Version

TABLE = Path("proof/compare/split/pypi.txt")
INDEX = (os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple").rstrip("/")
MINORS = range(8, 14)


def files(name):
    """The names of the files of a project (Simple Repository API, JSON)."""
    accept = {"Accept": "application/vnd.pypi.simple.v1+json"}
    with urllib.request.urlopen(urllib.request.Request(f"{INDEX}/{name}/", headers=accept), timeout=60) as answer:
        return name, [file["filename"] for file in json.load(answer)["files"]]


def tags(file):
    """The tags of Python, its binary interface and the platform, of a wheel."""
    return file[:-4].split("-")[-3:] if file.endswith(".whl") else None


def fits(wheel, minor):
    pythons, interface, platform = wheel
    if platform == "any":
        return True
    if "x86_64" not in platform or "linux" not in platform or "musllinux" in platform:
        return False
    for python in pythons.split("."):
        version = re.fullmatch(r"cp3(\d+)", python)
        if python in ("py3", "py2", "cp3"):
            return True
        if version and "abi3" in interface and int(version[1]) <= minor:
            return True
        if version and int(version[1]) == minor:
            return True
    return False


def row(name, listed):
    wheels = [tags(file) for file in listed if tags(file)]
    if not wheels:
        return None
    if all(platform == "any" for *_, platform in wheels):
        return name
    releases = {}
    source = re.compile(re.escape(name).replace(r"\-", "[-_.]") + r"-(.+?)\.(?:tar\.gz|tar\.bz2|zip)", re.I)
    for file in listed:
        told = re.match(r"[^-]+-([^-]+)-", file) if file.endswith(".whl") else source.fullmatch(file)
        try:
            version = Version(told[1]) if told else None
        except InvalidVersion:
            version = None
        if version and not version.is_prerelease:
            releases.setdefault(version, []).extend(filter(None, [tags(file)]))
    for minor in MINORS:
        first = None
        for version in sorted(releases, reverse=True):
            if not any(fits(wheel, minor) for wheel in releases[version]):
                break
            first = version
        if first:
            name += f" {minor}:{first.base_version}"
    return name


def main():
    text = TABLE.read_text()
    head = "".join(line + "\n" for line in text.splitlines() if line.startswith("#"))
    names = {line.split()[0] for line in text.splitlines() if line and not line.startswith("#")}
    with ThreadPoolExecutor(8) as pool:
        found = [row(*answer) for answer in pool.map(files, sorted(names | set(sys.argv[1:])))]
    TABLE.write_text(head + "\n" + "\n".join(filter(None, found)) + "\n")


main()
