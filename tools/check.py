"""`make lint` and `make test`: the checks of the code, then (with --tests) the tests on SQLite and on PostgreSQL.

Everything is run even when something before it failed, so that one run tells all. Words after --tests go to pytest.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from tools.paths import ROOT, VENV
from tools.steps import say

BIN = VENV / "bin"
CHECKS: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports", "--no-logo"],
}
DATABASES = ("sqlite", "postgresql")
NO_TESTS_CHOSEN = 5


def run(name: str, command: Sequence[str]) -> bool:
    """Run one check with its output shown; whether it passed."""
    say(f"\n== {name}")
    began = time.monotonic()
    status = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=False).returncode
    say(f"== {name}: {'passed' if status == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s")
    return status == 0


def run_tests(database: str, extra: Sequence[str]) -> bool:
    """Run pytest on one database, with the words given to make."""
    say(f"\n== tests on {database}")
    spread = (
        []
        if any(word.startswith(("-n", "--pdb", "-x")) for word in extra)
        else ["-n", str(processes()), "--dist", "loadscope", "--no-loadscope-reorder"]
    )
    command = [str(BIN / "python"), "-m", "pytest", "--database", database, *spread, *extra]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    return status == 0 or (status == NO_TESTS_CHOSEN and bool(extra))


def processes() -> int:
    """How many test processes this machine carries: one more than it has cores, because some only wait for others."""
    return max(1, min(4, (os.cpu_count() or 1) + 1))


def main(arguments: list[str]) -> int:
    """Run the checks, and the tests when asked; returns the exit status."""
    try:
        failed = [name for name, command in CHECKS.items() if not run(name, command)]
        if arguments[:1] == ["--tests"]:
            failed += [f"tests on {name}" for name in DATABASES if not run_tests(name, arguments[1:])]
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    say(f"\nFailed: {', '.join(failed)}." if failed else "\nEverything passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
