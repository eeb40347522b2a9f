"""Messages with something to press that no digest is made of: what one person is answered, and the word of a mute.

An answer has no header: most are one sentence and a button.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.digest.model import Message
from monitor.slack.render import elements, finds, notice
from monitor.slack.render.fallback import shortened
from monitor.slack.render.limits import BLOCK_COST, MAX_WEIGHT, cut, size_of
from monitor.slack.render.mrkdwn import inert, plain
from monitor.words.talk import PERSON, WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.settings import Language
    from monitor.slack.render.elements import Block
    from monitor.talk.model import Answer, Choice

_TITLE, _MUTED = 300, 400
_CHOICES = 25  # buttons in a row of Slack's


def private(answer: Answer, language: Language) -> dict[str, Any]:
    """Text and blocks for the address that came with a press or command; whatever does not fit is counted.

    Only `answer.person` is mentioned, in the title alone, by `words.talk.mention`. The first 25 choices have a button.
    """
    choices = [elements.actions(_buttons(answer.choices), "choices")] if answer.choices else []
    found = finds.blocks(answer.finds, language)
    title = _title(cut(plain(answer.title).strip(), _TITLE), answer.person)
    room = MAX_WEIGHT - size_of([*choices, *found]).weight - len(title) - 3 * BLOCK_COST
    told = notice.told(answer.lines, answer.points, answer.printed, language, max(0, room))
    parts = [(told.sentences, "lines"), (told.listed, "list")]
    lines, listed = ([elements.rich(part, block_id)] if part else [] for part, block_id in parts)
    more = [*lines, *found, *listed]
    blocks = [elements.section(f"*{title}*" if more else title, "answer"), *more, *choices]
    return {"text": shortened([title, *told.said, *finds.spoken(answer.finds), *told.said_of_list], language),
            "blocks": blocks}


def _buttons(choices: Sequence[Choice]) -> list[Block]:
    return [elements.button(plain(choice.words), choice.action, choice.subject, choice.words, at)
            for at, choice in enumerate(choices[:_CHOICES])]


def _title(title: str, person: str) -> str:
    """Harmless words, and that person as Slack shows people."""
    if not PERSON.fullmatch(person):
        return inert(title)
    return f"<@{person}>".join(map(_spaced, title.split(f"<@{person}>")))


def _spaced(words: str) -> str:
    return f"{' ' * words.startswith(' ')}{inert(words)}{' ' * words.endswith(' ')}" if words.strip() else words


def muted(mute_id: int, what: str, until: str, language: Language) -> Message:
    """What the channel is told of a mute, with a button to undo it. It names nobody: what is frozen stays for good."""
    words = WORDS[language]
    said = words.announced.format(until, cut(plain(what), _MUTED))
    lines = elements.paragraph([elements.text(said, strong=True), elements.text(f"\n{words.urgent_come}")])
    undo = elements.button(words.undo, "unmute", mute_id, f"{words.undo}: {what}")
    return Message(shortened([inert(said), inert(words.urgent_come)], language),
                   (elements.rich([lines], "muted"), elements.actions([undo], f"u:{mute_id}")))
