"""The store: whole files or none, within limits, and nothing left over for ever."""

import hashlib
import io
import os
from pathlib import Path

import pytest

from casework.files.rules import NotTaken
from casework.files.store import INCOMING, Store

OLD, NOW = 1_000_000.0, 2_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def keep(store: Store, content: bytes) -> str:
    with store.receive(io.BytesIO(content), most=1000) as incoming:
        store.keep(incoming)
    return incoming.sha256


def on_disk(store: Store) -> set[Path]:
    return {path for path in store.folder.rglob("*") if path.is_file()}


def test_a_file_is_kept_under_its_hash_and_readable_by_its_owner_alone(store: Store) -> None:
    sha256 = keep(store, b"a letter")
    assert sha256 == hashlib.sha256(b"a letter").hexdigest()
    path = store.path_of(sha256)
    assert on_disk(store) == {path}
    assert path.stat().st_mode & 0o777 == 0o600
    with store.open(sha256) as file:
        assert file.read() == b"a letter"


def test_what_is_not_kept_leaves_nothing(store: Store) -> None:
    with store.receive(io.BytesIO(b"a letter"), most=1000):
        pass
    assert on_disk(store) == set()


def test_a_stream_is_cut_off_at_the_limit_whatever_it_announced(store: Store) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += 1
            return b"x" * 600

    endless = Endless()
    with pytest.raises(NotTaken, match="bigger"), store.receive(endless, most=1000):  # type: ignore[arg-type]
        pass
    assert endless.given == 2
    assert on_disk(store) == set()


def test_the_sweep_removes_what_a_crash_left_and_keeps_what_is_known_or_young(store: Store) -> None:
    known, orphan, young = keep(store, b"known"), keep(store, b"orphan"), keep(store, b"young")
    cut_short = store.folder / INCOMING / "abc"
    cut_short.write_bytes(b"half a lett")
    for path in (store.path_of(known), store.path_of(orphan), cut_short):
        os.utime(path, (OLD, OLD))
    os.utime(store.path_of(young), (NOW, NOW))
    assert store.sweep(before=OLD + 1, is_known={known}.__contains__) == 2
    assert on_disk(store) == {store.path_of(known), store.path_of(young)}


def test_a_content_that_is_kept_anew_while_the_sweep_looks_at_it_stays(store: Store) -> None:
    sha256 = keep(store, b"again")
    os.utime(store.path_of(sha256), (OLD, OLD))

    def kept_meanwhile(_: str) -> bool:
        keep(store, b"again")
        return False

    assert store.sweep(before=OLD + 1, is_known=kept_meanwhile) == 0
    assert on_disk(store) == {store.path_of(sha256)}
