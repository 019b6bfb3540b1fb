"""the words of every case, and parts of customers' names, numbers and addresses, in indexes

Neither database can say what the other one can, so these tables stand outside the models (migrations/env.py leaves
them out of the comparison): on PostgreSQL a table with a GIN index, on SQLite tables of FTS5 with their own tables
beneath. Afterwards `flask search rebuild` writes the documents of the cases that are there already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Words as English bends them, none of them left out: names are words too (May, Will), and so are phrases.
POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY casework_stem (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION casework (COPY = simple)",
    """ALTER TEXT SEARCH CONFIGURATION casework
       ALTER MAPPING FOR asciiword, word, numword WITH casework_stem""",
    # Rows stay in one piece, so that walking through the newest ones reads a page after the other.
    """CREATE TABLE search_documents (
         case_id integer NOT NULL CONSTRAINT pk_search_documents PRIMARY KEY
           CONSTRAINT fk_search_documents_case_id REFERENCES cases (id) ON DELETE CASCADE,
         received_at timestamp with time zone NOT NULL,
         words tsvector NOT NULL
       ) WITH (toast_tuple_target = 8160)""",
    "CREATE INDEX ix_search_documents_received ON search_documents (received_at, case_id)",
    # What was written last is looked through word by word until it is filed, so that part is kept small.
    "CREATE INDEX ix_search_documents_words ON search_documents USING gin (words) WITH (gin_pending_list_limit = 1024)",
    # How common a word is decides whether the index or the newest cases are asked.
    "ALTER TABLE search_documents ALTER COLUMN words SET STATISTICS 300",
)
# Any part of a name, number or address, where the extension may be had; without it the same is found, slower.
TRIGRAMS = """CREATE INDEX ix_customers_trigrams ON customers
  USING gin (search_name gin_trgm_ops, search_email gin_trgm_ops, phone_tail gin_trgm_ops)"""

SQLITE = (
    """CREATE VIRTUAL TABLE search_documents
       USING fts5(title, people, story, said, tokenize = 'porter unicode61 remove_diacritics 2')""",
    """CREATE VIRTUAL TABLE search_customers USING fts5(
         search_name, search_email, phone_tail, content = 'customers', content_rowid = 'id', tokenize = 'trigram')""",
    "INSERT INTO search_customers (search_customers) VALUES ('rebuild')",
    """CREATE TRIGGER search_customers_added AFTER INSERT ON customers BEGIN
         INSERT INTO search_customers (rowid, search_name, search_email, phone_tail)
         VALUES (new.id, new.search_name, new.search_email, new.phone_tail);
       END""",
    """CREATE TRIGGER search_customers_removed AFTER DELETE ON customers BEGIN
         INSERT INTO search_customers (search_customers, rowid, search_name, search_email, phone_tail)
         VALUES ('delete', old.id, old.search_name, old.search_email, old.phone_tail);
       END""",
    """CREATE TRIGGER search_customers_changed AFTER UPDATE OF id, search_name, search_email, phone_tail
       ON customers BEGIN
         INSERT INTO search_customers (search_customers, rowid, search_name, search_email, phone_tail)
         VALUES ('delete', old.id, old.search_name, old.search_email, old.phone_tail);
         INSERT INTO search_customers (rowid, search_name, search_email, phone_tail)
         VALUES (new.id, new.search_name, new.search_email, new.phone_tail);
       END""",
)
SQLITE_BACK = (
    "DROP TRIGGER IF EXISTS search_customers_changed",
    "DROP TRIGGER IF EXISTS search_customers_removed",
    "DROP TRIGGER IF EXISTS search_customers_added",
    "DROP TABLE search_customers",
    "DROP TABLE search_documents",
)
POSTGRESQL_BACK = (
    "DROP INDEX IF EXISTS ix_customers_trigrams",
    "DROP TABLE search_documents",
    "DROP TEXT SEARCH CONFIGURATION casework",
    "DROP TEXT SEARCH DICTIONARY casework_stem",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        run(SQLITE)
        return
    run(POSTGRESQL)
    if may_have_trigrams():
        op.execute(TRIGRAMS)


def downgrade() -> None:
    # The extension stays: somebody else may have begun to use it.
    run(SQLITE_BACK if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_BACK)


def run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(statement)


def may_have_trigrams() -> bool:
    """Whether pg_trgm is there now. Refused or not installed: the migration goes on without it."""
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except sa.exc.DBAPIError:
        return False
    return True
