"""A process killed with -9 in the middle of telling: another goes on where it stopped, and nobody hears it twice."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from casework.communications.models import Communication, Purpose
from casework.core.db import db
from casework.improvement import services
from casework.improvement.queries import coverage
from casework.improvement.rules import Coverage
from tests.cast import NOW
from tests.faults.stage import stage
from tests.improvement.builders import approve, customer, done

MANY = 20
ROOT = Path(__file__).parents[2]

# Tells in lots of three and kills itself, as the system would, while it writes the eleventh message.
DIES = """
import os, signal, sys
from pathlib import Path
from app import create_app
from casework.improvement.services import telling
from tests.cast import NOW
from tests.conftest import make_settings

write, calls = telling.write_to_customer, 0

def killed_at_the_eleventh(*args, **options):
    global calls
    calls += 1
    message = write(*args, **options)
    if calls == 11:
        os.kill(os.getpid(), signal.SIGKILL)
    return message

telling.write_to_customer = killed_at_the_eleventh
with create_app(make_settings(sys.argv[1], Path(sys.argv[2]))).app_context():
    telling.tell_customers(int(sys.argv[3]), NOW, at_once=3)
"""


def told_addresses() -> Counter[str]:
    wanted = select(Communication.to_address).where(Communication.purpose == Purpose.TOLD)
    return Counter(db.session.scalars(wanted))


def test_telling_goes_on_after_kill_9_and_nobody_is_told_twice(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (_app, cast):
        action = done(cast, [cast.log(contact=customer(number)) for number in range(MANY)])
        approve(cast, action)
        command = [sys.executable, "-c", DIES, fresh_database, str(tmp_path), str(action.id)]
        ran = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60)
        assert ran.returncode == -signal.SIGKILL
        db.session.rollback()
        assert sum(told_addresses().values()) == 9
        assert coverage(action) == Coverage(queued=9, to_tell=MANY - 9)
        services.tell_customers(action.id, NOW)
        assert told_addresses() == Counter(f"customer{number}@home.example" for number in range(MANY))
        assert coverage(action) == Coverage(queued=MANY)
