"""What can happen to notices: tell, remind, mark_read, mark_all_read, choose, sweep, write_digests."""

from casework.notices.services.choosing import choose
from casework.notices.services.digest import digest_for, write_digests
from casework.notices.services.reading import mark_all_read, mark_read, put_count_right
from casework.notices.services.sweeping import sweep
from casework.notices.services.telling import remind, tell

__all__ = [
    "choose",
    "digest_for",
    "mark_all_read",
    "mark_read",
    "put_count_right",
    "remind",
    "sweep",
    "tell",
    "write_digests",
]
