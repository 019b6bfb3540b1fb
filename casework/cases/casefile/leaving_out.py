"""What is to be left out of a printed case, as it was chosen. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

SECTIONS = {
    "case": "The case: kind, dates, service, state",
    "customer": "The customer",
    "story": "What happened, in the customer's words",
    "issues": "Issues with findings, causes and remedies",
    "clocks": "Due dates",
    "timeline": "Timeline: messages, notes, what was done",
    "files": "List of files",
}

WORDS = 200
WORD_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class LeaveOut:
    """Sections, entries (by the name of their place) and issues (by number) that do not go in, and what is removed
    from everything that does: names of staff, the customer's contact details, and words.

    `unseen`: whatever the customer has not seen.
    """

    sections: frozenset[str] = frozenset()
    entries: frozenset[str] = frozenset()
    issues: frozenset[int] = frozenset()
    unseen: bool = True
    staff: bool = False
    contact: bool = False
    words: tuple[str, ...] = field(default=(), repr=False)

    def in_words(self) -> str:
        """What is left out, for the history. The words themselves stay out of that too."""
        parts = [
            SECTIONS[name].split(":")[0].split(",")[0].lower() for name in SECTIONS if name in self.sections
        ]
        parts += ["what the customer has not seen"] if self.unseen else []
        parts += ["names of staff"] if self.staff else []
        parts += ["contact details"] if self.contact else []
        for number, one, many in (
            (len(self.issues), "issue", "issues"),
            (len(self.entries), "entry of the timeline", "entries of the timeline"),
            (len(self.words), "word or phrase blacked out", "words or phrases blacked out"),
        ):
            parts += [f"{number} {one if number == 1 else many}"] if number else []
        return ", ".join(parts) or "nothing"

    def in_numbers(self) -> dict[str, object]:
        """The same for the record of the making, without the words."""
        return {
            "sections": sorted(self.sections),
            "entries": len(self.entries),
            "issues": sorted(self.issues),
            "unseen": self.unseen,
            "staff": self.staff,
            "contact": self.contact,
            "words": len(self.words),
        }


def words_in(text: str) -> tuple[str, ...]:
    """Words and phrases, one a line, each once, the longest first so that no shorter one breaks a longer."""
    lines = (" ".join(line.split())[:WORD_LENGTH] for line in text.splitlines())
    return tuple(sorted({line for line in lines if line}, key=lambda line: (-len(line), line)))[:WORDS]


def issue_numbers(values: Iterable[str]) -> frozenset[int]:
    """The numbers among these; whatever else came is no issue."""
    return frozenset(int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 6)
