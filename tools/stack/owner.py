"""Which user Casework runs as when root starts it: the owner of the checkout, where that is somebody else.

A worker as root is more power than it needs. When the checkout belongs to root too there is nobody to step down to,
so it goes on as root and says so; tasks are JSON only, so a message cannot bring code with it.
"""

import os
import pwd
import subprocess
import sys
from pathlib import Path

from tools.steps import say

AS_ROOT = "Note: running as root, because this folder belongs to root. For real use make a user for Casework."
CANNOT = "Note: running as root: the owner of this folder ({name}) may not use the Python at {python}."


def step_down(root: Path) -> None:
    """Become the owner of the checkout if we are root and the owner is not."""
    if os.geteuid() != 0:
        return
    status = root.stat()
    name, home = _who(status.st_uid)
    if status.st_uid == 0:
        say(AS_ROOT)
    elif not _can_run(root, status.st_uid, status.st_gid):
        say(CANNOT.format(name=name, python=sys.executable))
    else:
        os.setgroups([])
        os.setgid(status.st_gid)
        os.setuid(status.st_uid)
        os.environ.update(HOME=home, USER=name, LOGNAME=name)
        say(f"Running as {name}, who owns this folder.")


def _who(uid: int) -> tuple[str, str]:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return f"user {uid}", "/"
    return entry.pw_name, entry.pw_dir


def _can_run(root: Path, uid: int, gid: int) -> bool:
    check = [sys.executable, "-c", "import sys; open(sys.argv[1]).close()", str(root / "tools" / "paths.py")]
    try:
        done = subprocess.run(check, user=uid, group=gid, extra_groups=[], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
