"""The documents, one for each case. The migration makes them as each database can (0003); no model spells both."""

from sqlalchemy import column, table
from sqlalchemy.dialects.postgresql import TSVECTOR

from casework.core.db import Instant
from casework.search.rules import PLACES, Place

# PostgreSQL: a row for each case, its words with the place at which each stands.
DOCUMENTS = table(
    "search_documents", column("case_id"), column("received_at", Instant()), column("words", TSVECTOR())
)
# SQLite: a virtual table whose row id is the case's, with a column for each place.
WORDS = table("search_documents", column("rowid"), *(column(place) for place in PLACES))

# As the migration made it (0003): what was written last is looked through word by word until it is filed, so that
# part is kept small.
WORDS_INDEX = (
    "CREATE INDEX IF NOT EXISTS ix_search_documents_words ON search_documents USING gin (words) "
    "WITH (gin_pending_list_limit = 1024)"
)

# The configuration of the dictionary on PostgreSQL, and the letter under which it keeps each place.
DICTIONARY = "casework"
LETTERS: dict[Place, str] = {"title": "A", "people": "B", "story": "C", "said": "D"}
# How much a word counts by where it stands: in the title, of a person, in the story, in what was said.
WEIGHTS: dict[Place, float] = {"title": 1.0, "people": 0.8, "story": 0.4, "said": 0.2}
