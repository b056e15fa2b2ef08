"""Starts the program that the wheel has installed, for `python -m dockslim`."""

import os
import subprocess
import sys
import sysconfig


def program():
    """Where the program lies: with the scripts of this environment, or with those of the user."""
    name = "dockslim" + (sysconfig.get_config_var("EXE") or "")
    user = "nt_user" if os.name == "nt" else "posix_user"
    places = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", user)]
    for place in places:
        path = os.path.join(place, name)
        if os.path.isfile(path):
            return path
    sys.exit(f"dockslim: there is no {name} in {' or '.join(places)}")


if __name__ == "__main__":
    command = [program(), *sys.argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)
