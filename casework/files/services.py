"""Taking files in, referring to them, having them scanned, and removing what nobody refers to."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any, Protocol

import structlog
from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.queue import enqueue
from casework.files.clamd import Clamd, ScannerAway, Verdict
from casework.files.models import Blob, Scan
from casework.files.names import name_to_say, original_name, shown_name
from casework.files.rules import FILE_BYTES, FILES_AT_ONCE, NotTaken
from casework.files.sniffing import kind_of_content
from casework.files.store import Store, the_store

log = structlog.get_logger(__name__)

KEPT_UNUSED = timedelta(days=1)
# A scan that was asked for this long ago and has no answer was lost, or the scanner was away.
SCAN_AGAIN = timedelta(minutes=2)
SCANS_AT_ONCE = 200


class Upload(Protocol):
    """A file as a web form brings it."""

    @property
    def filename(self) -> str | None: ...

    @property
    def stream(self) -> IO[bytes]: ...


class Scanner(Protocol):
    """Whatever can tell whether a file is harmless. Raises ScannerAway when it cannot."""

    def scan(self, file: IO[bytes]) -> Verdict: ...


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A file whose bytes are kept, and about which nothing is written yet."""

    sha256: str
    size: int
    kind: str
    name: str
    original_name: str


def take_in(uploads: Iterable[Any]) -> tuple[list[Taken], list[str]]:
    """Keep the bytes of these files: those that were taken, and a sentence for each that was not.

    - Nothing is written to the database, so that nobody waits for a lock while bytes come in.
    - Fields without a file are passed over.
    - More than FILES_AT_ONCE at once are not read.
    """
    store, taken, refused = the_store(), list[Taken](), list[str]()
    chosen = [one for one in uploads if one.filename]
    for upload in chosen[:FILES_AT_ONCE]:
        try:
            taken.append(_take(upload, store))
        except NotTaken as no:
            refused.append(f"“{name_to_say(upload.filename)}” {no.reason}")
    if len(chosen) > FILES_AT_ONCE:
        refused.append(f"Only the first {FILES_AT_ONCE} files were read. Add the others afterwards.")
    return taken, refused


def _take(upload: Upload, store: Store) -> Taken:
    with store.receive(upload.stream, most=FILE_BYTES) as incoming:
        with incoming.path.open("rb") as file:
            kind = kind_of_content(file, incoming.size, upload.filename)
        store.keep(incoming)
    return Taken(
        sha256=incoming.sha256,
        size=incoming.size,
        kind=kind.name,
        name=shown_name(upload.filename, kind),
        original_name=original_name(upload.filename),
    )


def keep_made(content: bytes) -> tuple[str, int]:
    """Keep what Casework itself made, and give its hash and size."""
    with the_store().receive(io.BytesIO(content), most=len(content)) as incoming:
        the_store().keep(incoming)
    return incoming.sha256, incoming.size


def blob_for(sha256: str, size: int, *, now: datetime, made_here: bool = False) -> Blob:
    """The row about a content that is kept already, made if there is none; a new one is scanned after the commit."""
    known = _seen_again(sha256, now)
    if known is None:
        scan = Scan.WAITING if current_settings().clamd_url else Scan.UNSCANNED
        try:
            with db.session.begin_nested():
                known = Blob(sha256=sha256, size=size, scan=Scan.CLEAN if made_here else scan, seen_at=now)
                db.session.add(known)
        except IntegrityError:
            # Somebody else sent the same at the same moment.
            known = _seen_again(sha256, now)
            assert known is not None
    if known.scan is Scan.WAITING:
        enqueue("files.scan", known.id)
    return known


def _seen_again(sha256: str, now: datetime) -> Blob | None:
    """The row, held against a sweep that would remove it at this moment."""
    held = db.session.execute(
        update(Blob).where(Blob.sha256 == sha256).values(seen_at=now).returning(Blob.id)
    ).scalar()
    return None if held is None else db.session.get_one(Blob, held)


def scanner_in_use() -> Scanner | None:
    """The scanner of this installation, if one is set up."""
    address = current_settings().clamd_url
    return Clamd(address) if address else None


def scan_blob(blob_id: int, scanner: Scanner | None, now: datetime) -> Scan | None:
    """Have one content looked at, if it waits for that; what it is afterwards.

    - While the scanner is away it goes on waiting, and the sweep asks again.
    - Without a scanner (any more) it is marked as not scanned, so that nothing waits for ever.
    """
    blob = db.session.get(Blob, blob_id)
    if blob is None or blob.scan is not Scan.WAITING:
        return blob.scan if blob else None
    sha256 = blob.sha256
    # The look takes long; nobody waits for the database meanwhile.
    db.session.rollback()
    scan, note = _look(sha256, scanner)
    with transaction():
        db.session.execute(
            update(Blob)
            .where(Blob.id == blob_id, Blob.scan == Scan.WAITING)
            .values(scan=scan, scan_note=note, scanned_at=None if scan is Scan.WAITING else now)
        )
    return scan


def _look(sha256: str, scanner: Scanner | None) -> tuple[Scan, str]:
    if scanner is None:
        return Scan.UNSCANNED, ""
    try:
        with the_store().open(sha256) as file:
            verdict = scanner.scan(file)
    except ScannerAway as away:
        log.warning("not scanned; the sweep asks again", error=str(away))
        return Scan.WAITING, str(away)
    return (Scan.CLEAN, "") if verdict.is_clean else (Scan.QUARANTINED, verdict.found)


def ask_for_scans(now: datetime) -> int:
    """Ask again for the scans that were lost, the oldest first; how many were asked for."""
    late = (
        select(Blob.id)
        .where(Blob.scan == Scan.WAITING, Blob.seen_at < now - SCAN_AGAIN)
        .order_by(Blob.id)
        .limit(SCANS_AT_ONCE)
    )
    waiting = list(db.session.scalars(late))
    for blob_id in waiting:
        enqueue("files.scan", blob_id)
    return len(waiting)


def remove_unused(referring: Sequence[InstrumentedAttribute[Any]], now: datetime) -> int:
    """Remove the rows that nobody refers to, a day after somebody last did; how many those were.

    `referring`: the column of each table that refers to contents, so that nothing in use is removed. Their files
    go with the next sweep of the store.
    """
    unused = [~exists().where(column == Blob.id) for column in referring]
    removed = db.session.scalars(
        delete(Blob)
        .where(Blob.seen_at < now - KEPT_UNUSED, *unused)
        .returning(Blob.id)
        .execution_options(synchronize_session=False)
    )
    return len(list(removed))


def sweep_store(now: datetime) -> int:
    """Remove files from the disk that have had no row for a day: what a crash left, and what is no longer used."""
    return the_store().sweep(before=(now - KEPT_UNUSED).timestamp(), is_known=_is_known)


def _is_known(sha256: str) -> bool:
    return db.session.scalar(select(Blob.id).where(Blob.sha256 == sha256)) is not None
