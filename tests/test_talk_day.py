"""A day on which everybody presses everything, short: what was pressed counts once, and every message shows it.

The long form is `python -m tests.talk_day`: 1,000 presses by 20 people. Both need a strict Slack beside the checkout.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.talk.model import Asker, Press
from tests.talk_day import Plan, judged, run
from tests.talk_day_model import Heard, expected
from tests.talk_slack import MISSING, RIG

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from monitor.talk.model import Action
    from tests.talk_day_judge import Line, Records
    from tests.talk_day_model import Expected

needs_rig = pytest.mark.skipif(not RIG.exists(), reason=MISSING)
PLAN = Plan(presses=60, people=6, drops=2, seed=7, speed=20.0, news=6, rooms=2)
SUBJECT = ("C1", "story", "7")


def after(*said: tuple[Action, str], unsure: int = -1) -> Expected:
    """What is expected after these presses on article 7 by these people; one of them was never acknowledged."""
    presses = [Press(Asker(person, "C1", ""), action, 1 if action == "unmute" else 7, "1.1", f"{at}.1")
               for at, (action, person) in enumerate(said)]
    heard = [Heard(press, at != unsure) for at, press in enumerate(presses)]
    return expected(heard, ["ADMIN"], lambda _: SUBJECT, {1: (SUBJECT, 0)})


@pytest.mark.parametrize(("said", "judgement"), [
    ((("relevant", "A"),), True),
    ((("relevant", "A"), ("not-relevant", "A")), False),
    ((("relevant", "A"), ("relevant", "A")), True),
    ((("not-relevant", "A"), ("unjudge", "A")), None),
    ((("relevant", "A"), ("not-relevant", "B")), True),
])
def test_what_somebody_said_last_counts(said: tuple[tuple[Action, str], ...], judgement: bool | None) -> None:
    """The other button changes a judgement, and it can be taken back; nobody changes another one's."""
    assert {judgement} == after(*said).judged["C1", 7, "A"]


@pytest.mark.parametrize(("said", "who"), [
    ((("take", "A"), ("take", "B")), "A"),
    ((("take", "A"), ("take-over", "B")), "B"),
    ((("take", "A"), ("release", "B")), "A"),
    ((("take", "A"), ("release", "A")), None),
    ((("take", "A"), ("release", "A"), ("take", "B")), "B"),
])
def test_one_person_is_on_an_item(said: tuple[tuple[Action, str], ...], who: str | None) -> None:
    """The first who took it, until somebody takes it over or they give it up."""
    assert {who} == after(*said).taken["C1", 7]


@pytest.mark.parametrize(("said", "mutes"), [
    ((("mute-story", "A"), ("mute-story", "B")), (("A", None),)),
    ((("mute-story", "A"), ("unmute", "B"), ("unmute", "A")), (("A", "B"),)),
    ((("mute-story", "A"), ("unmute", "B"), ("mute-story", "C"), ("unmute", "A")), (("A", "B"), ("C", None))),
    ((("mute-topic", "A"),), ()),
    ((("mute-topic", "ADMIN"),), (("ADMIN", None),)),
])
def test_a_mute_holds_until_it_is_undone(
    said: tuple[tuple[Action, str], ...], mutes: tuple[tuple[str, str | None], ...]
) -> None:
    """What is muted is not muted again, a button undoes its own mute alone, and only admins mute a topic."""
    assert {mutes} == after(*said).mutes[SUBJECT]


def test_what_was_never_acknowledged_may_count() -> None:
    """Both are right then, until something that was acknowledged settles it."""
    assert {True, False} == after(("relevant", "A"), ("not-relevant", "A"), unsure=1).judged["C1", 7, "A"]
    assert {False} == after(("relevant", "A"), ("not-relevant", "A"), unsure=0).judged["C1", 7, "A"]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Records]:
    """A short day: the folder with the database, and what was written down."""
    folder = tmp_path_factory.mktemp("day")
    return folder, asyncio.run(run(PLAN, folder))


@needs_rig
def test_every_press_of_a_day_counts_once(day: tuple[Path, Records]) -> None:
    """Whatever was lost or came twice, and though the bot was killed: nothing is wrong, and there was something."""
    verdict = judged(PLAN, *day)

    assert {} == verdict.wrong
    assert verdict.figures["presses"] >= 55 and verdict.figures["changes of messages"] >= 5
    assert (2, True) == (verdict.figures["connections cut"], verdict.figures["handed over twice"] > 0)


def _changed(lines: Sequence[Line], kind: str, **values: object) -> list[Line]:
    """The same, the last one of this kind changed."""
    at = max(number for number, line in enumerate(lines) if line["op"] == kind)
    return [*lines[:at], lines[at] | values, *lines[at + 1:]]


def _first(lines: Sequence[Line]) -> list[Line]:
    """The messages as they were posted, before anybody pressed anything."""
    return [line["message"] | {"channel": line["channel"]} for line in lines if line["op"] == "post"]


@needs_rig
@pytest.mark.parametrize(("wrong", "harm"), [
    ("update without an item",
     lambda day: replace(day, messages=_changed(day.messages, "update", blocks=[{"block_id": "title"}]))),
    ("answer that others see", lambda day: replace(day, messages=_changed(day.messages, "ephemeral", op="post"))),
    ("message not as stored", lambda day: replace(day, standing=[line | {"text": "?"} for line in day.standing])),
    ("shown otherwise than stored", lambda day: replace(day, standing=_first(day.messages))),
    ("message gone", lambda day: replace(day, standing=day.standing[1:])),
    ("counted and never pressed", lambda day: replace(day, envelopes=day.envelopes[20:])),
    ("judgement not as pressed", lambda day: replace(day, envelopes=day.envelopes[20:])),
    ("not acknowledged", lambda day: replace(day, acks=(), cut=())),
    ("posted twice", lambda day: replace(day, audit=day.audit | {"duplicates_by_key": {"twice": []}})),
])
def test_harm_is_found(day: tuple[Path, Records], wrong: str, harm: Callable[[Records], Records]) -> None:
    """The judge is no stamp: what is done to the records of a good day is wrong with it."""
    folder, records = day

    assert wrong in judged(PLAN, folder, harm(records)).wrong
