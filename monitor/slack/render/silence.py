"""The line that says all is well: what was read, and that no rule found anything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.model import Message
from monitor.slack.render import elements, frame
from monitor.slack.render.fallback import shortened
from monitor.slack.render.limits import TEXT_LIMIT, brief, fit

if TYPE_CHECKING:
    from monitor.digest.model import Digest


def message(digest: Digest) -> Message:
    """One message with the footnotes as small lines; the title is for phones and screen readers."""
    title = brief(digest.title, 300) or "Dateline"
    lines = [said for line in digest.footnotes if (said := brief(line, frame.NOTE))] or [title]
    kept, _ = fit(lines, TEXT_LIMIT - 100, joint=1)
    shown = elements.context("\n".join(kept) + frame.numbered(digest), "silence")
    return Message(shortened([f"{title}{frame.numbered(digest)}", *lines], digest.language), (shown,))
