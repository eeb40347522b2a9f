"""What people said of the articles of a message, shown in the message itself. Pure.

A message is always drawn from its frozen body: an article's own block gets one line more, and no block comes or goes,
so that no press ever makes an article vanish. Where Slack has no room for all of it, less is said: first without times
and mutes, then numbers alone, at last nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.slack.render import elements
from monitor.slack.render.limits import MAX_WEIGHT, cut, size_of
from monitor.slack.render.mrkdwn import inert
from monitor.words.talk import WORDS, mention, undone
from monitor.words.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.settings import Language
    from monitor.slack.render.elements import Block
    from monitor.talk.model import Marks, Shown

_FORMS = 3  # in which a line is said, the longest first
_WEIGHT = MAX_WEIGHT + 1_000  # half of what posting leaves free of the 13,200 or so that Slack takes
_TEXT = 2_950  # characters of a block's text; Slack refuses 3,001
_BYTES = 3_900  # of the text beside the blocks; a change of more than 4,000 is refused
_HEADLINE = 60
# No foreign word can begin a line so: asterisks of theirs are replaced.
_OPENINGS = tuple(f"*{words.team}:* " for words in WORDS.values())


def drawn(body: Mapping[str, Any], shown: Shown, language: Language, zone: ZoneInfo) -> dict[str, Any]:
    """The body with what was said, within Slack's limits; without anything said, the body as it is.

    Draws what was drawn before as if it had not been.
    """
    forms = {f"w:{number}": _forms(marks, language, zone) for number, marks in shown.marks.items()}
    ends = {f"u:{number}": undone(end.by, end.at, zone, language) for number, end in shown.ended.items()}
    frozen: Sequence[Block] = body.get("blocks", ())
    for longest in range(_FORMS + 1):
        blocks = [_block(block, forms.get(str(block.get("block_id")), ())[longest:], ends) for block in frozen]
        if size_of(blocks).weight <= _WEIGHT:
            break
    made = dict(body)
    if "blocks" in body:
        made["blocks"] = blocks
    if "text" in body:
        made["text"] = _text(str(body["text"]), frozen, {one: said[0] for one, said in forms.items()} | ends)
    return made


def _forms(marks: Marks, language: Language, zone: ZoneInfo) -> tuple[str, ...]:
    """What is said of an article: all, without mutes and times, and numbers alone; "" for nothing."""
    words = WORDS[language]
    counted = ((marks.relevant, words.relevant), (marks.not_relevant, words.not_relevant))
    numbers = [said.format(number) for number, said in counted if number > 0]
    who = mention(marks.taken_by, language)
    since = words.on_it.format(who, moment(marks.taken_at, zone, language)) if marks.taken_at else ""
    muted = [words.muted[kind].format(moment(end, zone, language)) for kind, end in marks.muted]
    lines = ([*numbers, since, *muted], [*numbers, words.taken.format(who) if since else ""], numbers)
    said = (" · ".join(filter(None, line)) for line in lines)
    return tuple(f"*{words.team}:* {line}" if line else "" for line in said)


def _block(block: Block, forms: Sequence[str], ends: Mapping[str, str]) -> Block:
    """The block with the first of the lines that fits it; a button to undo what was undone gives way to who did."""
    block_id = str(block.get("block_id", ""))
    if block_id.startswith("w:"):
        return _with_line(block, forms)
    if block_id in ends:
        return elements.context(ends[block_id], block_id)
    return block


def _with_line(block: Block, forms: Sequence[str]) -> Block:
    """The line goes below the last text: that of a section, or the only one of an alert's small lines."""
    if block["type"] == "section":
        return block | {"text": _longer(block["text"], forms)}
    if block["type"] == "context":
        return block | {"elements": [*block["elements"][:-1], _longer(block["elements"][-1], forms)]}
    return block


def _longer(text: Block, forms: Sequence[str]) -> Block:
    frozen = "\n".join(_frozen(text["text"]))
    line = next((form for form in forms if form and len(frozen) + 1 + len(form) <= _TEXT), "")
    return text | {"text": f"{frozen}\n{line}" if line else frozen}


def _frozen(text: str) -> list[str]:
    """The lines of a text without those that were drawn below the first."""
    lines = text.split("\n")
    while len(lines) > 1 and lines[-1].startswith(_OPENINGS):
        lines.pop()
    return lines


def _text(text: str, blocks: Sequence[Block], said: Mapping[str, str]) -> str:
    """The text beside the blocks, which screen readers read instead of them: a line more for each that fits."""
    lines = _frozen(text)
    order = [str(block.get("block_id")) for block in blocks]
    told = [one for one in order if one.startswith("w:")]
    room = _BYTES - len("\n".join(lines).encode())
    for line in (_spoken(said[one], one, blocks if len(told) > 1 else ()) for one in order if said.get(one)):
        room -= len(line.encode()) + 1
        if room < 0:
            break
        lines.append(line)
    return "\n".join(lines)


def _spoken(said: str, block_id: str, blocks: Sequence[Block]) -> str:
    """ "*Team:* Agents arrest 28 at…: Relevant 3", with the headline where there are several."""
    opening = next((one for one in _OPENINGS if said.startswith(one)), _OPENINGS[0])
    headline = _headline(block_id.partition(":")[2], blocks)
    return f"{opening}{f'{headline}: ' if headline else ''}{said.removeprefix(opening)}"


def _headline(number: str, blocks: Sequence[Block]) -> str:
    """As the message shows it; "" where it does not."""
    story = next((block for block in blocks if block.get("block_id") == f"i:{number}"), None)
    parts = story["elements"][0]["elements"] if story and story["type"] == "rich_text" else []
    return inert(cut("".join(str(part.get("text", "")) for part in parts), _HEADLINE))
