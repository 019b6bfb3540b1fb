"""Plain text as paragraphs and lists, pure: what somebody typed is shown as they meant it, and never as HTML."""

from dataclasses import dataclass, field

BULLETS = ("- ", "* ", "• ")


@dataclass
class Block:
    """A paragraph (its lines) or a list (its points)."""

    is_list: bool
    lines: list[str] = field(default_factory=list)


def blocks_of(text: str) -> list[Block]:
    """An empty line begins a new block; lines that begin with a dash, a star or a dot are the points of a list."""
    blocks: list[Block] = []
    fresh = True
    for line in (raw.strip() for raw in text.splitlines()):
        if not line:
            fresh = True
            continue
        point = line.startswith(BULLETS)
        if fresh or not blocks or blocks[-1].is_list != point:
            blocks.append(Block(point))
        blocks[-1].lines.append(line[2:].strip() if point else line)
        fresh = False
    return blocks
