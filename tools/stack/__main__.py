"""`python -m tools.stack` starts Casework and stays until it is ended; `python -m tools.stack stop` ends it."""

import os
import sys

from tools.paths import ROOT
from tools.stack import StackError
from tools.stack.owner import step_down
from tools.stack.settings import read_settings
from tools.stack.stop import stop
from tools.stack.supervisor import Supervisor
from tools.steps import say as warn


def say(text: str) -> None:
    """Tell the person at the terminal; whether somebody still reads it does not matter."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - stays for the life of the process


def main(arguments: list[str]) -> int:
    """Run or stop; returns the exit status."""
    try:
        settings = read_settings(os.environ, ROOT)
        if arguments == ["stop"]:
            say(stop(settings.data_dir))
            return 0
        step_down(ROOT)
        # Started by make, our terminal is make's: when make is gone, even killed, so are we.
        by_make = bool(os.environ.pop("MAKELEVEL", ""))
        os.environ.pop("MAKEFLAGS", None)
        Supervisor(settings, ROOT, say, follow_parent=by_make).run()
    except StackError as error:
        warn(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
