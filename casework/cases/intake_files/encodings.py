"""Which characters the bytes of a text file mean, found by reading all of it once.

Reading it through first means that a file that is damaged, or grows beyond the limits, or does not hold what
it says, is refused whole, before the first row has been taken.
"""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from charset_normalizer import from_bytes

from casework.cases.intake_files.containers import BUFFER
from casework.cases.intake_files.rows import SourceError

_SAMPLE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What agencies' systems write. A closed list keeps a short sample from being taken for a language of its own.
_USUAL = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp932", "gb18030"]
_USUAL += ["big5", "cp949"]
_WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœšúùûüýÿžßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒŠÚÙÛÜÝŸŽ")
_WESTERN |= frozenset("’‘“”„–—…•€£°©®™«»¡¿ºª·´§²½¼\xa0")
_SAID = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


@dataclass(frozen=True)
class Encoding:
    """An encoding that all of the file can be read in, and a sentence saying that it was taken and why."""

    name: str
    note: str


def find_encoding(opened: Callable[[], IO[bytes]], *, name: str, wanted: str | None) -> Encoding:
    """The encoding of a text file: the one wanted, or else the one detected.

    Raises SourceError when the file is not in the one wanted, naming the line.
    """
    if wanted is not None:
        return _as_wanted(opened, name=name, wanted=wanted)
    with opened() as stream:
        first = stream.read(4)
    for mark, encoding in _MARKS:
        if first.startswith(mark) and _fails_on_line(opened, encoding) is None:
            return Encoding(encoding, f"Read as {_SAID[encoding]}, as its first bytes say.")
    sample = bytearray()
    if _fails_on_line(opened, "utf-8", sample) is None:
        return Encoding("utf-8", "Read as UTF-8 (detected).")
    guess = _guess(opened, bytes(sample))
    said = _SAID.get(guess, guess)
    return Encoding(
        guess, f"Read as {said} (detected; it is not UTF-8). Say encoding in [source] if it is another."
    )


def _as_wanted(opened: Callable[[], IO[bytes]], *, name: str, wanted: str) -> Encoding:
    # A mark at the start is no character of the first column's name.
    encoding = "utf-8-sig" if wanted == "utf-8" else wanted
    line = _fails_on_line(opened, encoding)
    if line is not None:
        raise SourceError(
            f"{name} is not in {wanted}, which the mapping says: line {line} cannot be read so. "
            "Correct encoding in [source], or leave it out to have it detected."
        )
    return Encoding(encoding, f"Read as {_SAID.get(wanted, wanted)}, as the mapping says.")


def _fails_on_line(
    opened: Callable[[], IO[bytes]], encoding: str, sample: bytearray | None = None
) -> int | None:
    """The first line that is not in an encoding, about; None when all of the file is.

    A `sample` is filled with lines beyond ASCII; then all of the file is read, so that its size is checked.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, failed_on = 1, None
    with opened() as stream:
        while chunk := stream.read(BUFFER):
            if failed_on is None:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    failed_on = line + error.object[: error.start].count(b"\n")
                    if sample is None:
                        return failed_on
            if sample is not None and len(sample) < _SAMPLE and not chunk.isascii():
                sample += b"\n".join(each for each in chunk.split(b"\n") if not each.isascii())[:_SAMPLE]
            line += chunk.count(b"\n")
    return failed_on if failed_on is not None else _unfinished(decoder, line)


def _unfinished(decoder: codecs.IncrementalDecoder, line: int) -> int | None:
    """The last line when the file ends in the middle of a character."""
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _guess(opened: Callable[[], IO[bytes]], sample: bytes) -> str:
    for encoding in _likely(sample):
        if _fails_on_line(opened, encoding) is None:
            return encoding
    # Every byte is a character in Latin-1, so this never fails.
    return "latin-1"


def _likely(sample: bytes) -> list[str]:
    """Encodings to try, likeliest first.

    The detector often finds several as good as each other, since the code pages of Europe share most letters;
    then Windows-1252 is likeliest, if everything in it is what is written in the west of Europe.
    """
    matches = from_bytes(sample, cp_isolation=_USUAL)
    best = matches.best()
    if best is None:
        return ["cp1252"]
    western = sample.decode("cp1252", errors="replace")
    as_good = western == str(best) or any(
        match.encoding == "cp1252" and match.coherence >= best.coherence for match in matches
    )
    if as_good and all(character <= "\x7f" or character in _WESTERN for character in western):
        return ["cp1252", best.encoding]
    return [best.encoding, "cp1252"]
