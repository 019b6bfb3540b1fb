"""The scanner: what waits cannot be opened, what is found is locked, and what is not answered is asked again."""

import io
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from casework.core.config import SettingsError, load_settings
from casework.core.db import db, transaction
from casework.files import services
from casework.files.clamd import Clamd, ScannerAway
from casework.files.models import Blob, Scan
from casework.files.store import the_store
from tests.cast import NOW
from tests.files.fake_clamd import fake_clamd


@pytest.fixture
def with_scanner(app: Flask, db_session: Any) -> Iterator[Flask]:
    """The application with a scanner set up, at an address that each test gives anew."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, clamd_url="tcp://127.0.0.1:9")
    app.extensions["publisher"].asked.clear()
    yield app
    app.extensions["settings"] = settings


def kept(content: bytes, now: datetime = NOW) -> Blob:
    (taken,), refused = services.take_in([FileStorage(io.BytesIO(content), filename="a.txt")])
    assert refused == []
    with transaction():
        return services.blob_for(taken.sha256, taken.size, now=now)


def test_a_clean_file_is_clean_and_a_bad_one_is_locked_with_its_reason(with_scanner: Flask) -> None:
    good, bad = kept(b"harmless"), kept(b"EICAR inside")
    assert with_scanner.extensions["publisher"].asked == [
        ("files.scan", (good.id,)),
        ("files.scan", (bad.id,)),
    ]
    assert (good.scan, good.may_be_opened) == (Scan.WAITING, False)
    with fake_clamd() as address:
        assert services.scan_blob(good.id, Clamd(address, seconds=5), NOW) is Scan.CLEAN
        assert services.scan_blob(bad.id, Clamd(address, seconds=5), NOW) is Scan.QUARANTINED
    db.session.expire_all()
    assert good.may_be_opened
    assert (bad.may_be_opened, bad.scan_note) == (False, "Eicar-Test")


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: OK but ERROR\0"]
)
def test_an_answer_that_is_no_verdict_leaves_the_file_waiting(with_scanner: Flask, answer: bytes) -> None:
    blob = kept(b"harmless")
    with fake_clamd(answer) as address:
        assert services.scan_blob(blob.id, Clamd(address, seconds=5), NOW) is Scan.WAITING
    db.session.expire_all()
    assert "did not decide" in blob.scan_note


def test_while_the_scanner_is_away_a_file_waits_and_the_sweep_asks_again(with_scanner: Flask) -> None:
    blob, asked = kept(b"harmless"), with_scanner.extensions["publisher"].asked
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert services.scan_blob(blob.id, Clamd(f"tcp://127.0.0.1:{port}"), NOW) is Scan.WAITING
    asked.clear()
    assert services.ask_for_scans(NOW) == 0
    assert services.ask_for_scans(NOW + timedelta(minutes=3)) == 1
    assert asked == [("files.scan", (blob.id,))]


def test_without_a_scanner_nothing_waits(db_session: Any, with_scanner: Flask) -> None:
    waiting = kept(b"sent while there was one")
    assert services.scan_blob(waiting.id, None, NOW) is Scan.UNSCANNED
    with_scanner.extensions["settings"] = replace(with_scanner.extensions["settings"], clamd_url="")
    assert kept(b"sent afterwards").scan is Scan.UNSCANNED


def test_a_scanner_is_found_on_a_unix_socket_and_its_absence_is_no_crash(tmp_path: Any) -> None:
    with pytest.raises(ScannerAway):
        Clamd(f"unix://{tmp_path}/no.sock").scan(io.BytesIO(b"x"))


@pytest.mark.parametrize("value", ["clamav", "http://host:3310", "tcp://", "unix://"])
def test_an_address_that_cannot_be_one_is_said_at_the_start(tmp_path: Any, value: str) -> None:
    with pytest.raises(SettingsError, match="CLAMD_URL must be"):
        load_settings({"CASEWORK_DATA": str(tmp_path), "CLAMD_URL": value})


def test_the_same_content_has_one_row_and_its_file_outlives_the_sweeps(db_session: Any) -> None:
    first, second = kept(b"the same"), kept(b"the same", NOW + timedelta(days=3))
    assert first is second
    path = the_store().path_of(first.sha256)
    old = time.time() - 10 * 24 * 3600
    os.utime(path, (old, old))
    services.sweep_store(datetime.now(UTC))
    assert path.exists()
    assert services.remove_unused([], NOW + timedelta(days=3, hours=23)) == 0
    assert services.remove_unused([], NOW + timedelta(days=5)) == 1
    services.sweep_store(datetime.now(UTC))
    assert not path.exists()
