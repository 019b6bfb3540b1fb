"""`make setup`: everything a checkout needs before it can run. `--tests` adds what the tests need.

Run by whichever Python the machine has, from the top of the checkout: `python3 -m tools.setup`.
"""

import sys

from tools.environment import check_python, install, make_environment
from tools.frontend import install_frontend
from tools.paths import ROOT
from tools.steps import SetupError, alone, say


def set_up(*, for_tests: bool) -> None:
    """Do the steps whose inputs changed since they were last done. Raises SetupError with a sentence."""
    check_python()
    try:
        with alone():
            make_environment()
            install("requirements.txt")
            if for_tests:
                install("requirements-dev.txt")
            install_frontend()
    except PermissionError as error:
        raise SetupError(
            f"{error.filename} cannot be written to by this user, and {ROOT} is not set up yet. "
            "Run `make setup` once as the user who owns it."
        ) from error


def main(arguments: list[str]) -> int:
    """Set up; returns the exit status."""
    try:
        set_up(for_tests="--tests" in arguments)
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped. What was done already is kept; the next time goes on from there.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
