"""A stored row as a member of its story. Rows are taken by their attributes: nothing here knows the storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.features import from_json
from monitor.stories.model import Member

if TYPE_CHECKING:
    from storage.stories import Grouped


def member(grouped: Grouped) -> Member | None:
    """The member, or None where its features were erased with its text."""
    if grouped.features is None:
        return None
    return Member(grouped.article_id, grouped.story_id, from_json(grouped.features), grouped.copy_of)
