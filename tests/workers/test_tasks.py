"""Every task that anything names exists in the worker, has a queue, and every queue is listened to."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.core.queue import QUEUES, queue_of
from workers.schedule import SCHEDULE

ROOT = Path(__file__).resolve().parents[2]
ASKING = {"enqueue", "send_task"}
TELL = """
import json
from workers.app import celery
names = sorted(name for name in celery.tasks if not name.startswith("celery."))
print(json.dumps({
    "tasks": names,
    "queues": sorted(celery.amqp.queues),
    "routes": {name: celery.amqp.router.route({}, name)["queue"].name for name in names},
    "conf": {name: celery.conf[name] for name in (
        "task_acks_late", "task_reject_on_worker_lost", "worker_prefetch_multiplier", "task_time_limit",
        "accept_content", "broker_transport_options",
    )},
}))
"""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the worker knows, as a process of its own would."""
    environ = {**os.environ, "CASEWORK_DATA": str(tmp_path_factory.mktemp("worker")), "REDIS_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", TELL], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def asked_for() -> Iterator[tuple[str, str]]:
    """File and task name of every place in the sources that asks for a task."""
    for file in sorted([*ROOT.glob("casework/**/*.py"), *ROOT.glob("workers/**/*.py"), ROOT / "app.py"]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name_of(node.func) in ASKING and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield file.relative_to(ROOT).as_posix(), str(first.value)


def _name_of(called: ast.expr) -> str:
    return getattr(called, "id", getattr(called, "attr", ""))


def test_every_task_that_is_asked_for_exists(worker: dict[str, Any]) -> None:
    places = list(asked_for())
    assert "communications.send" in {name for _, name in places}
    assert [place for place in places if place[1] not in worker["tasks"]] == []


def test_every_time_in_the_schedule_names_a_task(worker: dict[str, Any]) -> None:
    assert [entry["task"] for entry in SCHEDULE.values() if entry["task"] not in worker["tasks"]] == []


def test_every_task_goes_to_the_queue_of_its_package_and_every_queue_is_listened_to(
    worker: dict[str, Any],
) -> None:
    assert worker["queues"] == sorted(set(QUEUES.values()))
    for name in worker["tasks"]:
        assert worker["routes"][name] == queue_of(name)


def test_every_task_is_asked_for_by_somebody(worker: dict[str, Any]) -> None:
    wanted = {name for _, name in asked_for()} | {entry["task"] for entry in SCHEDULE.values()}
    assert [name for name in worker["tasks"] if name not in wanted] == []


def test_a_nudge_that_can_be_lost_has_a_sweep_in_the_schedule() -> None:
    scheduled = {str(entry["task"]) for entry in SCHEDULE.values()}
    nudged = {name.split(".")[0] for file, name in asked_for() if file.startswith("casework/")} - {"system"}
    assert [package for package in sorted(nudged) if f"{package}.sweep" not in scheduled] == []


def test_a_task_of_a_worker_that_died_comes_back_and_none_is_given_out_twice_while_it_runs(
    worker: dict[str, Any],
) -> None:
    conf = worker["conf"]
    assert conf["task_acks_late"]
    assert conf["task_reject_on_worker_lost"]
    assert conf["worker_prefetch_multiplier"] == 1
    assert conf["task_time_limit"] < conf["broker_transport_options"]["visibility_timeout"]
    assert conf["broker_transport_options"]["unacked_restore_interval"] == 10
    assert conf["accept_content"] == ["json"]


def test_a_task_without_a_queue_is_refused_where_it_is_asked_for() -> None:
    with pytest.raises(KeyError):
        queue_of("nobody.knows")
