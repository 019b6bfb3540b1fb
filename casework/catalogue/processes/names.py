"""Names as a process file takes them, pure."""

import re
import unicodedata

LONGEST = 60


def name_from(label: str | None) -> str:
    """A label as a name: small letters, digits and underscores, beginning with a letter. "Très tard" is tres_tard."""
    plain = unicodedata.normalize("NFKD", label or "").encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    return (name if name[:1].isalpha() else f"x_{name}".rstrip("_"))[:LONGEST].rstrip("_")
