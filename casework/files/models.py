"""What is known about kept content, whoever refers to it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class Scan(StrEnum):
    """What a virus scanner said about a content."""

    UNSCANNED = "unscanned"  # no scanner is set up
    WAITING = "waiting"  # not looked at yet: nobody can open it
    CLEAN = "clean"
    QUARANTINED = "quarantined"  # something was found: nobody can open it any more


class Blob(Model):
    """One content. The same content sent twice is kept once; the hash leads to it and stands in no address.

    `seen_at` is when it was last referred to anew: what nobody refers to a day later is removed.
    """

    __tablename__ = "blobs"
    __table_args__ = (Index("ix_blobs_scan", "scan", "id"), Index("ix_blobs_seen", "seen_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    scan: Mapped[Scan]
    scan_note: Mapped[str] = mapped_column(default="")
    scanned_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]

    @property
    def may_be_opened(self) -> bool:
        """Whether its bytes may be given to anybody."""
        return self.scan in (Scan.CLEAN, Scan.UNSCANNED)
