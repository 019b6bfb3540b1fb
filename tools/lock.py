"""`make lock`: brings the lock files up to date with what requirements*.in and package.json ask for.

The resolver lives in a throw-away virtual environment. The files it writes name no package index, so they work
with whichever one the machine is set to.
"""

import re
import sys
import tempfile
from pathlib import Path

from tools.environment import create_environment, pip_install
from tools.frontend import npm
from tools.paths import ROOT
from tools.steps import SetupError, call, say

NAMES = ("requirements", "requirements-dev", "requirements-mutants")
INDEX = re.compile(r"^--(extra-)?(index-url|find-links)|\"resolved\":", re.MULTILINE)


def lock_python(name: str, uv: Path) -> None:
    """Compile requirements NAME.in to NAME.txt: every platform, every file with its hash."""
    options = [
        "--universal",
        "--generate-hashes",
        "--python-version",
        "3.11",
        "--upgrade",
        "--no-header",
        "--quiet",
    ]
    call(
        [uv, "pip", "compile", *options, f"{name}.in", "-o", f"{name}.txt"],
        failed=f"{name}.in was not resolved.",
    )


def check_no_index(path: Path) -> None:
    """Raises SetupError when a lock file names an address to fetch from."""
    if INDEX.search(path.read_text(encoding="utf-8")):
        raise SetupError(
            f"{path.name} names a package index; take it out of the resolver's settings and lock again."
        )


def main() -> int:
    """Refresh every lock file; returns the exit status."""
    try:
        with tempfile.TemporaryDirectory(prefix="casework-lock-") as folder:
            venv = Path(folder) / "venv"
            create_environment(venv)
            failed = "The resolver (uv) could not be fetched; check the network and try again."
            call(pip_install(venv, "uv"), failed=failed)
            for name in NAMES:
                say(f"Locking {name}.in …")
                lock_python(name, venv / "bin" / "uv")
        with npm() as command:
            say("Locking package.json …")
            lock = ["install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"]
            call([*command, *lock], failed="package.json was not resolved.")
        for file in (*(f"{name}.txt" for name in NAMES), "package-lock.json"):
            check_no_index(ROOT / file)
    except SetupError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
