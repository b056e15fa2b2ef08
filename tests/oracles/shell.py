#!/usr/bin/env python3
r"""Tell whether real shells accept scripts, without running them.

Docker runs `/bin/sh -c SCRIPT`, so the question is `bash -n -c SCRIPT`, `dash -n -c SCRIPT` and
`busybox ash -n -c SCRIPT`. A script read from a file is another matter: there bash executes
`shopt` lines before it parses the next, and reads here-documents from elsewhere.

Protocol
--------
    shell.py [SHELL…]        SHELL is bash, dash or ash; all three if none is named

Standard input is a stream of records, standard output one line for each, in order:

    SHELL " " LENGTH "\n" LENGTH bytes of a script

    accepted
    warned MESSAGE           accepted, but the shell had something to say: bash finds a
                             here-document that never ends
    rejected MESSAGE         what the shell said

Several shells run at once; a client that waits for each answer gets it at once all the same. The
end of the input ends the process with 0; a missing shell with 3 and a word on standard error; a
broken record with 2. Checking costs a millisecond a script: leave out duplicates.

What the shells do
------------------
- Nothing runs under `-n`, not even `exit`. Any status but 0 is a rejection: mostly 2, but bash
  gives 127 for an error inside `$( )`.
- Errors in backquotes are found by dash and ash, not by bash, which parses them when it runs them.
- busybox ash takes much of bash: `[[ ]]`, `function f`, `<( )`; no arrays, no `for (( ))`.
- dash reads `[[ a ]]` as a command of that name; it refuses `a=(…)`, `<( )` and `for (( ))`.
- extglob patterns such as `rm !(a)` are refused by all three.
"""

import collections
import os
import select
import shutil
import sys

SHELLS = {"bash": ["bash"], "dash": ["dash"], "ash": ["busybox", "ash"]}
ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
LONGEST = 128 * 1024 - 1  # the longest argument that Linux hands to a program


class Records:
    """The records of standard input, and whether the next one is already there."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.buffer = bytearray()
        self.ended = False

    def fill(self):
        chunk = os.read(self.descriptor, 1 << 20)
        self.ended = not chunk
        self.buffer += chunk

    def waiting(self):
        """Whether something can be read without waiting for the client."""
        return bool(self.buffer) or bool(select.select([self.descriptor], [], [], 0)[0])

    def next(self):
        """The next pair of shell and script, `None` at the end."""
        while (newline := self.buffer.find(b"\n")) < 0:
            if self.ended and not self.buffer:
                return None
            if self.ended:
                raise ValueError("the input ends inside a header")
            self.fill()
        shell, length = self.buffer[:newline].decode().split()
        end = newline + 1 + int(length)
        while len(self.buffer) < end:
            if self.ended:
                raise ValueError("the input ends inside a script")
            self.fill()
        script = bytes(self.buffer[newline + 1 : end])
        del self.buffer[:end]
        return shell, script


class Slot:
    """A place where one shell runs, with a file in memory for what it says."""

    def __init__(self, null):
        self.said = os.memfd_create("shell-says")
        self.actions = [
            (os.POSIX_SPAWN_DUP2, null, 0),
            (os.POSIX_SPAWN_DUP2, null, 1),
            (os.POSIX_SPAWN_DUP2, self.said, 2),
        ]

    def start(self, command, script):
        if len(script) > LONGEST:
            self.child, self.verdict = None, "rejected longer than the system takes as an argument"
            return
        if b"\0" in script:
            self.child, self.verdict = None, "rejected NUL byte"
            return
        path, name = command
        self.child = os.posix_spawn(
            path, [*name, "-n", "-c", script], ENVIRONMENT, file_actions=self.actions
        )

    def finish(self):
        """Waits for the shell and gives the answer."""
        if self.child is None:
            return self.verdict
        _, status = os.waitpid(self.child, 0)
        message = os.pread(self.said, 400, 0)
        if message:
            # The position is shared with the children: without this the next would leave a hole.
            os.ftruncate(self.said, 0)
            os.lseek(self.said, 0, os.SEEK_SET)
        message = message.decode("utf-8", "replace").split("\n")[0]
        if status != 0:
            return f"rejected {message}".rstrip()
        return f"warned {message}" if message else "accepted"


def serve(commands, records, write):
    """Answers record after record, with a few shells at work at a time."""
    null = os.open(os.devnull, os.O_RDWR)
    free = [Slot(null) for _ in range((os.cpu_count() or 1) + 1)]
    busy = collections.deque()

    def answer():
        slot = busy.popleft()
        write(slot.finish())
        free.append(slot)

    while True:
        while busy and not records.waiting():
            answer()
        record = records.next()
        if record is None:
            break
        shell, script = record
        if shell not in commands:
            raise ValueError(f"no such shell: {shell}")
        if not free:
            answer()
        slot = free.pop()
        slot.start(commands[shell], script)
        busy.append(slot)
    while busy:
        answer()


def main():
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__)
        return 0
    commands = {}
    for shell in sys.argv[1:] or SHELLS:
        name = SHELLS.get(shell)
        path = name and shutil.which(name[0])
        if not path:
            print(f"shell.py: {shell} is not installed", file=sys.stderr)
            return 3
        commands[shell] = (path, name)
    try:
        serve(commands, Records(0), lambda line: print(line, flush=True))
    except ValueError as error:
        print(f"shell.py: bad record: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
