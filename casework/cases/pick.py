"""Which entry of a long list is meant by what somebody typed: pure functions of text."""

import unicodedata
from collections.abc import Iterable, Sequence

BETWEEN = "›"


def plain(text: str) -> str:
    """Small letters without accents, one space between words, ">" and "/" read as the sign between levels."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace(">", BETWEEN).replace("/", BETWEEN))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(bare.replace(BETWEEN, f" {BETWEEN} ").split())


def picked(typed: str, entries: Iterable[tuple[int, str]]) -> int | None:
    """The id of the entry that is surely meant by `typed`, or None for none and for more than one.

    The whole path comes first, then the last part of it, then a part of the path that no other entry has.
    """
    wanted = plain(typed)
    if not wanted:
        return None
    known = [(key, plain(path)) for key, path in entries]
    for found in (
        [key for key, path in known if path == wanted],
        [key for key, path in known if path.rsplit(f" {BETWEEN} ", 1)[-1] == wanted],
        [key for key, path in known if wanted in path],
    ):
        if found:
            return found[0] if len(found) == 1 else _shortest(found, known)
    return None


def _shortest(found: Sequence[int], known: Sequence[tuple[int, str]]) -> int | None:
    """Where one of them stands above all the others in the tree, that one is meant."""
    paths = dict(known)
    top = min(found, key=lambda key: len(paths[key]))
    return (
        top if all(key == top or paths[key].startswith(f"{paths[top]} {BETWEEN} ") for key in found) else None
    )
