"""What was learned from past cases, so that a category can be suggested."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class SuggestionModel(Model):
    """One learning of words. The newest that is ready is used; a learning that broke off is never seen.

    `facts` holds what every suggestion needs: words per label, size of the vocabulary, how sure a score is.
    """

    __tablename__ = "suggestion_models"

    id: Mapped[int] = mapped_column(primary_key=True)
    learned_at: Mapped[datetime]
    is_ready: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SuggestionWord(Model):
    """How often a word was in the cases of each category and service.

    One row for a word and not one for each pair, so that the words typed are read as that many rows.
    `counts` is {"category": {"12": 5}, "service": {"3": 9}}.
    """

    __tablename__ = "suggestion_words"

    model_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    term: Mapped[str] = mapped_column(primary_key=True)
    counts: Mapped[dict[str, Any]]
