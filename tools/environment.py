"""The virtual environment: made with what this Python has, filled from the hashed lock files."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from tools.paths import ROOT, VENV, venv_python
from tools.steps import SetupError, call, fingerprint, is_done, mark_done, say

OLDEST = (3, 11)
NO_VENV = (
    "This Python ({python}) cannot make virtual environments: its venv or ensurepip module is missing.\n"
    "On Debian and Ubuntu install it with: apt-get install python3-venv (or install virtualenv); then try again."
)
NO_INSTALL = (
    "The packages in {lock} could not be installed. The first set-up needs the network (or pip's own settings for a "
    "mirror); check it and try again: what was done already is kept."
)


def check_python() -> None:
    """Raises SetupError when this interpreter is too old."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(
            f"Casework needs Python 3.11 or later and this is {found}; install a newer one, try again."
        )


def make_environment(venv: Path = VENV) -> None:
    """Make the virtual environment unless one that works is there, ours or made by hand.

    One that was made for another place is made again: its scripts point to where it was.
    """
    digest = fingerprint([], str(venv))
    stamps = venv / ".stamps"
    moved = (stamps / "venv").exists() and not is_done("venv", digest, stamps)
    if not moved and _works(venv):
        if not (stamps / "venv").exists():
            mark_done("venv", digest, stamps)
        return
    say("Making the virtual environment in .venv …")
    shutil.rmtree(venv, ignore_errors=True)
    # Should this be interrupted, the next time sees a stamp that does not fit and begins anew.
    mark_done("venv", "unfinished", stamps)
    create_environment(venv)
    mark_done("venv", digest, stamps)


def create_environment(venv: Path) -> None:
    """Make a virtual environment with pip in it, by whichever way this Python has."""
    has = importlib.util.find_spec
    if has("venv") and has("ensurepip"):
        command: list[str | Path] = [sys.executable, "-m", "venv", venv]
    elif has("virtualenv"):
        command = [sys.executable, "-m", "virtualenv", "--quiet", venv]
    elif shutil.which("virtualenv"):
        command = ["virtualenv", "--quiet", "--python", sys.executable, venv]
    else:
        raise SetupError(NO_VENV.format(python=sys.executable))
    call(command, failed=f"The virtual environment could not be made in {venv}.")


def install(lock: str, venv: Path = VENV, root: Path = ROOT) -> None:
    """Install exactly what a lock file lists, each file checked against its hash."""
    digest = fingerprint([root / lock, venv / "pyvenv.cfg"], str(venv))
    if is_done(lock, digest, venv / ".stamps"):
        return
    say(f"Installing what {lock} lists …")
    wanted = ["--require-hashes", "-r", str(root / lock)]
    call(pip_install(venv, *wanted), failed=NO_INSTALL.format(lock=lock), cwd=root)
    mark_done(lock, digest, venv / ".stamps")


def pip_install(venv: Path, *wanted: str) -> list[str]:
    """The command that installs into a virtual environment without asking or chatting."""
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--require-virtualenv"]
    return [str(venv_python(venv)), "-m", "pip", "install", *quiet, *wanted]


def _works(venv: Path) -> bool:
    python = venv_python(venv)
    if not python.exists():
        return False
    # A half-made one may be a bare link to the machine's own Python, where nothing must be installed.
    check = (
        "import sys, importlib.util as i; "
        "sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix or not i.find_spec('pip'))"
    )
    return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0
