#!/usr/bin/env python3
r"""Tell what BuildKit's own parser sees in Dockerfiles.

Wraps the Python package `dockerfile` (BuildKit's parser, compiled from Go):

    pip install -r tests/oracles/requirements.txt

Protocol
--------
Standard input is a stream of records, standard output one line of JSON for each, in order:

    LENGTH "\n" LENGTH bytes of a Dockerfile

    {"instructions": [{"cmd": "RUN", "sub_cmd": null, "json": false, "flags": ["--mount=…"],
                       "value": ["echo a"], "heredocs": [{"name", "file_descriptor", "content"}],
                       "start_line": 2, "end_line": 4, "original": "RUN …"}, …]}
    {"error": "unterminated heredoc"}

Every answer is flushed, so a client may either wait for each answer or write and read in two
threads. The end of the input ends the process with 0; a missing package with 3 and a word on
standard error; a broken record with 2. `--version` names the package and ends.

What the parser does (package 3.4.0 has BuildKit 0.12.5 inside)
---------------------------------------------------------------
- It splits, it does not judge. Unknown instructions pass (their arguments are lost: `value` is
  `[""]`), so do FROM, COPY and RUN without arguments and files that do not start with FROM. Errors
  are few: no instruction at all, a bad `escape`, a directive given twice, a here-document without
  end, ENV or LABEL without a value, a JSON array with something else than strings, a physical line
  longer than 65,535 bytes. Hence compare the lists of instructions, not the verdicts.
- A line goes on if it ends in one escape character with no second one before it: `\\` and `\\\`
  at the end do not continue, `\ \` does, and so does a line of nothing but the character. Spaces
  and tabs may follow it. What is joined is joined without a blank: `a\` and `b` make `ab`.
- Inside a continued instruction comment lines and empty lines vanish, also within quotes, and
  neither ends it: `RUN a \`, an empty line, `CMD b` is one RUN. The comment's own trailing escape
  character means nothing. At the end of the file a pending continuation is dropped.
- A comment is a `#` at the start of a line, blanks before it allowed. `RUN a # b \` is no comment
  to the parser: the next line is appended, and belongs to the shell's comment.
- `value` of a script is trimmed at both ends, also of Unicode blanks; nothing inside is changed. A
  no-break space can part the keyword from what follows.
- Here-documents belong to RUN, COPY and ADD alone. The opener has to start a word: `3<<E` is one,
  `a<<E`, `(<<E`, `<< E` and `$((1<<2))` are none. Its name is the whole rest of the word, so that
  `<<E;` and `<<E)` wait for a line `E;` or `E)`; quotes and `\` in it are taken out. Quoted text is
  skipped; behind a shell comment an opener still counts. `content` keeps the tabs of `<<-` and the
  carriage returns; the ending line may carry `\r`, but no blank.
- ONBUILD swallows the bodies of its here-documents and shows neither them nor the inner flags.
- JSON form: anything behind the closing bracket is ignored (`RUN ["a"] b` runs `a`); an array with
  single quotes or bare words is a script; `RUN [1]` is an error.
- ENV and LABEL give name and value by turns, quotes kept. HEALTHCHECK gives `CMD` and the rest.
- Directives (`escape`, `syntax`, `check`) count only above everything else, case and blanks around
  them do not matter; the first comment that is no known directive ends them. A byte order mark is
  skipped. Carriage returns before the newline are dropped, a lone one is a blank.
- The package itself cuts the text at a NUL and crashes on lone surrogates, so both are answered
  here with an error: "not UTF-8" and "NUL byte".
"""

import json
import sys
from importlib.metadata import version

try:
    import dockerfile
except ImportError as missing:
    dockerfile = None
    reason = missing


def instructions(source):
    """The answer to one file, ready for JSON."""
    if b"\0" in source:
        return {"error": "NUL byte"}
    try:
        commands = dockerfile.parse_string(source.decode("utf-8"))
    except UnicodeDecodeError:
        return {"error": "not UTF-8"}
    except dockerfile.GoParseError as error:
        return {"error": str(error)}
    return {"instructions": [fields(command) for command in commands]}


def fields(command):
    """One instruction as a dictionary."""
    return {
        "cmd": command.cmd,
        "sub_cmd": command.sub_cmd,
        "json": command.json,
        "flags": command.flags,
        "value": command.value,
        "heredocs": [heredoc._asdict() for heredoc in command.heredocs],
        "start_line": command.start_line,
        "end_line": command.end_line,
        "original": command.original,
    }


def records(stream):
    """The bodies of the length-prefixed records of `stream`."""
    while header := stream.readline():
        length = int(header)
        body = stream.read(length)
        if len(body) < length:
            raise ValueError(f"the record has {len(body)} of {length} bytes")
        yield body


def main():
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__)
        return 0
    if dockerfile is None:
        print(f"buildkit.py: {reason}: pip install -r tests/oracles/requirements.txt", file=sys.stderr)
        return 3
    if "--version" in sys.argv[1:]:
        print("dockerfile", version("dockerfile"))
        return 0
    try:
        for body in records(sys.stdin.buffer):
            print(json.dumps(instructions(body)), flush=True)
    except ValueError as error:
        print(f"buildkit.py: bad record: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
