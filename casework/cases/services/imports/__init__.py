"""Taking cases from a file into the database: import_chunk, with ImportLookups kept over the chunks of one file."""

from casework.cases.services.imports.lookups import ImportLookups
from casework.cases.services.imports.take import Taken, import_chunk

__all__ = ["ImportLookups", "Taken", "import_chunk"]
