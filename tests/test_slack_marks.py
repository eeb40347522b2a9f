"""What people said, drawn into a message: every article stays, Slack's limits hold, and nothing is drawn twice."""

from __future__ import annotations

import copy
import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.slack.render.blocks import body, render
from monitor.slack.render.lines import read
from monitor.slack.render.marks import drawn
from monitor.slack.render.private import muted
from monitor.talk.model import Marks, MuteEnd, Shown
from tests.digest_samples import EASTERN, NOW, digest, item, large_digest, told_digest, update, urgent_alert
from tests.slack_checks import STAND_IN, pieces, stand_in, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.digest.model import Digest
    from monitor.settings import Language

ALICE, BOB = "U0ALICE001", "W0BOB00001"
NOTHING = Shown({}, {})
ALL = Marks(3, 1, ALICE, NOW, (("story", NOW + timedelta(days=5)),))
CASES = settings(max_examples=int(os.environ.get("DATELINE_EXAMPLES", "150")), deadline=None, database=None,
                 derandomize=True, suppress_health_check=list(HealthCheck))


def frozen(made: Digest) -> list[dict[str, Any]]:
    """The bodies of a digest under which people may press."""
    return [body(message, "C1", "d", "digest", "i") for message in render(replace(made, talks=True))]


def line(marks: Marks, language: Language = "en", article: int = 7) -> str:
    """The line that a card shows of them; "" where it shows none."""
    (made,) = frozen(digest(item(article)))
    shown = drawn(made, Shown({article: marks}, {}), language, EASTERN)
    return str(_text(shown, article)).removeprefix(str(_text(made, article))).removeprefix("\n")


def _text(made: Mapping[str, Any], article: int) -> str:
    block = next(block for block in made["blocks"] if block["block_id"] == f"w:{article}")
    return str((block.get("text") or block["elements"][0])["text"])


@pytest.mark.parametrize(
    ("marks", "english", "spanish"),
    [
        (ALL, f"*Team:* Relevant 3 · Not relevant 1 · <@{ALICE}> is on it (Mon 23 Nov, 08:00) · "
              "Muted until Sat 28 Nov, 08:00",
         f"*Equipo:* Relevante 3 · No relevante 1 · <@{ALICE}> se encarga (lun 23 nov, 08:00) · "
         "Silenciada hasta el sáb 28 nov, 08:00"),
        (Marks(relevant=1), "*Team:* Relevant 1", "*Equipo:* Relevante 1"),
        (Marks(taken_at=NOW), "*Team:* Somebody is on it (Mon 23 Nov, 08:00)",
         "*Equipo:* Alguien se encarga (lun 23 nov, 08:00)"),
        (Marks(muted=(("outlet", NOW), ("topic", NOW))),
         "*Team:* Outlet muted here until Mon 23 Nov, 08:00 · Topic muted until Mon 23 Nov, 08:00",
         "*Equipo:* Medio silenciado aquí hasta el lun 23 nov, 08:00 · Tema silenciado hasta el lun 23 nov, 08:00"),
        (Marks(), "", ""),
    ],
)
def test_one_line_says_all(marks: Marks, english: str, spanish: str) -> None:
    """Numbers, who is on it, what is muted, by the channel's clock and in its words; whoever was erased: somebody."""
    assert (english, spanish) == (line(marks), line(marks, "es"))


@pytest.mark.parametrize("person", ["", "U1", "U0ALICE001>", "<!channel>", "u0alice001", "B0ALICE001", "U0ALICE001\n"])
def test_only_ids_of_people_are_mentioned(person: str) -> None:
    """Whatever else stands in the database is somebody."""
    assert "*Team:* Somebody is on it (Mon 23 Nov, 08:00)" == line(Marks(taken_by=person, taken_at=NOW))


@pytest.mark.parametrize("made", [urgent_alert(), update(), digest(item(7), item(8))])
def test_only_lines_are_added(made: Digest) -> None:
    """The other blocks, the marker and what can be pressed stay as they are; the frozen body is not touched."""
    (before,) = frozen(made)
    kept = copy.deepcopy(before)
    first = made.article_ids[0]
    after = drawn(before, Shown({first: ALL}, {}), "en", EASTERN)
    assert kept == before
    assert [f"w:{first}"] == [new["block_id"] for old, new in zip(before["blocks"], after["blocks"], strict=True)
                              if old != new]
    assert {key: before[key] for key in before if key not in ("text", "blocks")} == {
        key: after[key] for key in after if key not in ("text", "blocks")}


def test_screen_readers_are_told_too() -> None:
    """The text beside the blocks says it below what it said, with the headline where the message has several."""
    (alone,) = frozen(urgent_alert(further=0))
    (both,) = frozen(digest(item(7), item(8)))
    marks = {56: Marks(2), 8: Marks(1)}
    assert f"{alone['text']}\n*Team:* Relevant 2" == drawn(alone, Shown(marks, {}), "en", EASTERN)["text"]
    assert f"{both['text']}\n*Team:* Agents arrest 8 at bakery: Relevant 1" == drawn(
        both, Shown(marks, {}), "en", EASTERN)["text"]


def test_a_block_without_room_says_less() -> None:
    """Without times and mutes, then numbers alone, then nothing; what stood there stays whole."""
    (made,) = frozen(digest(item(7)))
    block = next(block for block in made["blocks"] if block["block_id"] == "w:7")
    said = []
    for room in (200, 80, 40, 10):
        block["text"]["text"] = "x" * (2_950 - room)
        text = _text(drawn(made, Shown({7: ALL}, {}), "en", EASTERN), 7)
        said.append(text.removeprefix(block["text"]["text"]).strip())
    numbers = "*Team:* Relevant 3 · Not relevant 1"
    assert [line(ALL), f"{numbers} · <@{ALICE}> is on it", numbers, ""] == said


@pytest.mark.parametrize(("room", "expected"), [
    (500, line(ALL)), (180, f"*Team:* Relevant 3 · Not relevant 1 · <@{ALICE}> is on it"),
    (100, "*Team:* Relevant 3 · Not relevant 1"), (50, "")])
def test_a_message_without_room_says_less(room: int, expected: str) -> None:
    """Of all its articles alike: together its blocks must not grow beyond what Slack takes."""
    (made,) = frozen(digest(item(7), item(8)))
    made["blocks"][0]["text"]["text"] += "x" * (12_000 - room - _weight(made))
    shown = drawn(made, Shown({7: ALL, 8: ALL}, {}), "en", EASTERN)
    assert [expected] * 2 == [_text(shown, one).removeprefix(_text(made, one)).strip() for one in (7, 8)]
    assert _weight(shown) <= 12_000


def _weight(made: Mapping[str, Any]) -> int:
    return sum(len(text) for text in strings(made["blocks"])) + 100 * len(made["blocks"])


def announcement() -> dict[str, Any]:
    """The word of a mute, as it is frozen."""
    return body(muted(5, "Harbor <Ledger> for Raids", "Thu 24 Dec", "en"), "C1", "mute:5", "note", "i")


def test_a_mute_is_announced() -> None:
    """What, until when, that urgent alerts still come, and a button to undo it."""
    made = announcement()
    assert ["Muted until Thu 24 Dec: Harbor <Ledger> for Raids.", "Urgent alerts still come.", "Undo"] == [
        "".join(token.text for token in one.tokens) for one in read(made)]
    assert "Muted until Thu 24 Dec: Harbor &lt;Ledger&gt; for Raids.\nUrgent alerts still come." == made["text"]
    (button,) = made["blocks"][1]["elements"]
    assert ("u:5", "fb:unmute", "unmute:5", "Undo: Harbor ‹Ledger› for Raids") == (
        made["blocks"][1]["block_id"], button["action_id"], button["value"], button["accessibility_label"])


@pytest.mark.parametrize(("by", "expected"), [(BOB, f"Undone by <@{BOB}>, Mon 23 Nov, 08:00"),
                                              ("", "Undone, Mon 23 Nov, 08:00")])
def test_an_undone_mute_says_so(by: str, expected: str) -> None:
    """The button gives way to who undid it and when, once; of another mute nothing is said."""
    made, ended = announcement(), Shown({}, {5: MuteEnd(NOW, by)})
    shown = drawn(made, ended, "en", EASTERN)
    assert made["blocks"][0] == shown["blocks"][0]
    assert ("context", expected) == (shown["blocks"][1]["type"], shown["blocks"][1]["elements"][0]["text"])
    assert shown["text"].endswith(f"\n*Team:* {expected}")
    assert shown == drawn(shown, ended, "en", EASTERN)
    assert made == drawn(made, Shown({}, {6: MuteEnd(NOW, by)}), "en", EASTERN)


@pytest.mark.parametrize("made", [{}, {"text": "x"}, {"text": "x", "blocks": []},
                                  {"blocks": [{"type": "divider", "block_id": "w:7"}, {"type": "divider"}]}])
def test_what_has_no_place_for_marks_stays(made: dict[str, Any]) -> None:
    """A body that was erased or posted as plain text is no error."""
    assert made.keys() == drawn(made, Shown({7: ALL}, {5: MuteEnd(NOW)}), "en", EASTERN).keys()


PEOPLE = st.sampled_from(["", ALICE, BOB, "<!here>", "U" + "X" * 60])
TIMES = st.timedeltas(timedelta(days=-9), timedelta(days=31)).map(lambda span: NOW + span)
MUTES = st.lists(st.tuples(st.sampled_from(("story", "outlet", "topic")), TIMES), max_size=3).map(tuple)
MARKS = st.one_of(st.just(ALL), st.builds(
    Marks, st.integers(0, 10**6), st.integers(0, 10**6), PEOPLE, st.one_of(st.none(), TIMES), MUTES))
KINDS = (
    large_digest(60, 5), large_digest(40, 3, "es"), replace(large_digest(60, 5), threads=False),
    urgent_alert("es", 9), told_digest("en", 60, 3, copies=20, address=1_800), update("es", 60, copies=20, address=900),
    digest(*(item(at, outlet="*Team:* x", title="*Equipo:* x\n*Team:* y") for at in range(9))),
)
BODIES = [made for kind in KINDS for made in frozen(kind)]


@CASES
@given(st.sampled_from(BODIES), st.lists(MARKS, min_size=1, max_size=6), st.sampled_from(("en", "es")))
def test_no_marks_break_a_message(made: dict[str, Any], marks: list[Marks], language: Language) -> None:
    """Every block and link stays, Slack takes the change, drawn twice is drawn once, and undrawn it is as it was."""
    told = [int(block["block_id"][2:]) for block in made["blocks"] if block["block_id"].startswith("w:")]
    shown = Shown({one: marks[at % len(marks)] for at, one in enumerate(told)}, {})
    after = drawn(made, shown, language, EASTERN)
    assert [block["block_id"] for block in made["blocks"]] == [block["block_id"] for block in after["blocks"]]
    assert addresses_of(made) == addresses_of(after)
    assert after == drawn(after, shown, language, EASTERN)
    assert made == drawn(made, NOTHING, language, EASTERN) == drawn(after, NOTHING, language, EASTERN)
    assert len(after["text"].encode()) <= 3_900 and _weight(after) <= 12_000 and len(after["blocks"]) <= 45
    assert all(_text(after, one).startswith(_text(made, one)) and len(_text(after, one)) <= 3_000 for one in told)
    assert not STAND_IN.exists() or [] == problems(after)


def addresses_of(made: Mapping[str, Any]) -> list[str]:
    """Every address that the blocks of a body link."""
    return [piece["url"] for piece in pieces(made["blocks"]) if "url" in piece]


def problems(made: Mapping[str, Any]) -> list[str]:
    """What the stand-in would refuse of a change, and what a reader would see as broken."""
    validator = stand_in().BlockValidator()
    validator.validate(made["blocks"])
    lint = [*validator.lint, *stand_in().lint_mrkdwn(made["text"])]
    too_long = ["too long"] if validator.counted > 13_200 or len(made["text"].encode()) > 4_000 else []
    return [*validator.errors, *too_long, *(str(one) for one in lint if one["severity"] in ("error", "warn"))]
