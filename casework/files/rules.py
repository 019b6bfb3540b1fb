"""Limits, the kinds of file that are taken, and the sentences about both. Pure."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
# One phone video of a minute, one long scan. The usual scanner takes no more than this in one stream either.
FILE_BYTES = 25 * MEGABYTE
CASE_BYTES = 250 * MEGABYTE
# Several files sent by one press of a button, without script; with script each goes by itself.
REQUEST_BYTES = 101 * MEGABYTE
FILES_AT_ONCE = 20
# What one person may have added to forms that are not saved yet.
STAGED_BYTES = CASE_BYTES


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its name in code, in words, the ending it is given, endings it may keep, and its media type."""

    name: str
    label: str
    ending: str
    media_type: str
    also: tuple[str, ...] = ()
    # Pictures that every browser draws and that cannot run anything; text is shown on a page of ours.
    preview: str = ""

    @property
    def endings(self) -> tuple[str, ...]:
        return (self.ending, *self.also)


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

KINDS: dict[str, FileKind] = {
    kind.name: kind
    for kind in (
        FileKind("pdf", "PDF", "pdf", "application/pdf"),
        FileKind("png", "Picture (PNG)", "png", "image/png", preview="image"),
        FileKind("jpeg", "Picture (JPEG)", "jpg", "image/jpeg", ("jpeg",), preview="image"),
        FileKind("gif", "Picture (GIF)", "gif", "image/gif", preview="image"),
        FileKind("webp", "Picture (WebP)", "webp", "image/webp", preview="image"),
        FileKind("heic", "Picture (HEIC)", "heic", "image/heic", ("heif",)),
        FileKind("tiff", "Picture (TIFF)", "tiff", "image/tiff", ("tif",)),
        FileKind("text", "Text", "txt", "text/plain", ("log", "md"), preview="text"),
        FileKind("csv", "Table (CSV)", "csv", "text/csv", ("tsv",), preview="text"),
        FileKind("mail", "E-mail", "eml", "message/rfc822"),
        FileKind("docx", "Word document", "docx", _OFFICE + "wordprocessingml.document"),
        FileKind("xlsx", "Excel workbook", "xlsx", _OFFICE + "spreadsheetml.sheet"),
        FileKind("pptx", "PowerPoint slides", "pptx", _OFFICE + "presentationml.presentation"),
        FileKind("odt", "OpenDocument text", "odt", _OPEN + "text"),
        FileKind("ods", "OpenDocument table", "ods", _OPEN + "spreadsheet"),
        FileKind("odp", "OpenDocument slides", "odp", _OPEN + "presentation"),
        FileKind("doc", "Word document (old)", "doc", "application/msword"),
        FileKind("xls", "Excel workbook (old)", "xls", "application/vnd.ms-excel"),
        FileKind("ppt", "PowerPoint slides (old)", "ppt", "application/vnd.ms-powerpoint"),
        FileKind("msg", "Outlook message", "msg", "application/vnd.ms-outlook"),
        FileKind("mp3", "Sound (MP3)", "mp3", "audio/mpeg"),
        FileKind("m4a", "Sound (M4A)", "m4a", "audio/mp4"),
        FileKind("wav", "Sound (WAV)", "wav", "audio/wav"),
        FileKind("ogg", "Sound (Ogg)", "ogg", "audio/ogg", ("oga", "opus")),
        FileKind("mp4", "Video (MP4)", "mp4", "video/mp4", ("m4v",)),
        FileKind("mov", "Video (MOV)", "mov", "video/quicktime"),
        FileKind("3gp", "Video (3GP)", "3gp", "video/3gpp"),
    )
}

# What a browser offers to choose from; what is taken is decided by content all the same.
ACCEPT = ",".join(["image/*", *(f".{ending}" for kind in KINDS.values() for ending in kind.endings)])

TAKEN = "PDF, pictures, Word, Excel, PowerPoint and OpenDocument files, text, CSV, e-mail, sound and video"


def kind_of(name: str) -> FileKind:
    """The kind with this name; one that is no longer taken shows as its bare name and is served as bytes."""
    return KINDS.get(name) or FileKind(name, name.upper(), "bin", "application/octet-stream")


def size_words(size: int) -> str:
    """312 bytes, 48 KB, 3.2 MB."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{round(size / 1000)} KB"
    return f"{size / 1_000_000:.1f} MB"


def limit_words(size: int) -> str:
    """A limit as people say it: 25 MB."""
    return f"{size // MEGABYTE} MB"


class NotTaken(Exception):
    """A file that cannot be kept. The reason goes on after the file's name: "is empty. …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


TOO_BIG = NotTaken(f"is bigger than {limit_words(FILE_BYTES)}. Make it smaller, or send it in parts.").reason
REQUEST_TOO_BIG = (
    f"What was sent is bigger than {limit_words(REQUEST_BYTES)}, so none of it was read. A file may have up to "
    f"{limit_words(FILE_BYTES)}; send smaller files, or fewer at once."
)
