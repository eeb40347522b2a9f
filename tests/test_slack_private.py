"""What one person alone is answered: sentences, articles, lists, what was printed, and buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digest.model import Message, Point
from monitor.slack.render.lines import read
from monitor.slack.render.private import muted, private
from monitor.talk.model import ACTIONS, Answer, Choice, Find
from tests.slack_checks import STAND_IN, pieces, refused, within_limits

if TYPE_CHECKING:
    from monitor.settings import Language

TAKE_BACK = Choice("Take it back", "unjudge", 7)


def told(answer: Answer, language: Language = "en") -> Message:
    """The answer as a message."""
    made = private(answer, language)
    return Message(made["text"], tuple(made["blocks"]))


def lines(message: Message) -> list[str]:
    """What a reader sees, line by line."""
    return ["".join(token.text for token in one.tokens) for one in read(message)]


def test_a_sentence_and_a_button() -> None:
    """Most answers are no more than that, in no larger type than what they answer."""
    made = told(Answer("You marked this relevant.", choices=(TAKE_BACK,)))
    assert ["section", "actions"] == [block["type"] for block in made.blocks]
    assert ["You marked this relevant.", "Take it back"] == lines(made)
    assert ("unjudge:7", "You marked this relevant.") == (made.blocks[1]["elements"][0]["value"], made.text)


def test_all_that_an_answer_may_have() -> None:
    """In this order: title in bold, sentences, articles, list, printed lines, buttons."""
    found = (Find("Raid & arrests", "https://ledger.example/1?a=1&b=2", "Ledger"),)
    made = told(Answer("T", ("One.", "Two."), found, ("a", Point("b", (("c", "https://a.example/"),))), ("x\n  ^",),
                       (TAKE_BACK,)))
    expected = ["T", "One.", "Two.", "Raid & arrests\nLedger", "a", "b c", "x", "  ^", "Take it back"]
    assert expected == [line for line in lines(made) if line]
    assert "*T*" == made.blocks[0]["text"]["text"]
    assert [] == refused(made)


def test_people_are_named_in_the_title_alone() -> None:
    """There our own sentence stands; lines and lists may hold foreign words."""
    made = told(Answer("<@U0ALICE001> has been on it. <!here> <@x> <@U0BOB00001>", ("<@U0ALICE001>",),
                       points=("<@U0ALICE001>",), person="U0ALICE001"))
    title = "<@U0ALICE001> has been on it. &lt;!here&gt; &lt;@x&gt; &lt;@U0BOB00001&gt;"
    assert f"*{title}*" == made.blocks[0]["text"]["text"]
    assert 1 == sum("<@" in piece["text"] for piece in pieces(list(made.blocks)) if piece.get("type") == "mrkdwn")
    assert f"{title}\n&lt;@U0ALICE001&gt;" in made.text


def test_buttons_that_do_the_same_differ_for_slack() -> None:
    """A list of mutes has an Undo for each, and Slack takes no two elements of one name in a row."""
    made = told(Answer("T", choices=tuple(Choice(f"Undo {at}", "unmute", at) for at in range(30))))
    buttons = made.blocks[1]["elements"]
    assert [f"unmute:{at}" for at in range(25)] == [one["value"] for one in buttons]
    assert 25 == len({one["action_id"] for one in buttons})


@pytest.mark.parametrize(("language", "expected"), [("en", "… and 1 more line"), ("es", "… y 1 línea más")])
def test_what_has_no_room_is_counted(language: Language, expected: str) -> None:
    """In the language of the channel."""
    made = told(Answer("T", ["x " * 499] * 4), language)  # type: ignore[arg-type]  # any sequence will do
    assert expected == lines(made)[-1]


def test_a_long_printed_piece_is_cut_by_rows() -> None:
    """As many as have room, and how many there are besides."""
    made = told(Answer("T", printed=("\n".join(f"row {at}" for at in range(100)),)))
    assert ["row 39", "… and 60 more lines"] == lines(made)[-2:]


WORDS = st.one_of(st.text(max_size=40), st.sampled_from(["<!here>", "<@U0ALICE001>", "x" * 4_000, "word & " * 900, "*",
                                                        "a\nb", "\u202e", "\ud800"]))
TEXTS = st.lists(WORDS, max_size=9).map(tuple)
FINDS = st.lists(st.builds(Find, WORDS, st.sampled_from(["https://a.example/?a=1&b=2", "x", "https://a.example/" +
                                                         "x" * 380]), WORDS, WORDS), max_size=10).map(tuple)
CHOICES = st.lists(st.builds(Choice, WORDS.map(lambda words: f"Undo {words}"), st.sampled_from(ACTIONS),
                             st.integers(1, 10**9)), max_size=30).map(tuple)
ANSWERS = st.builds(Answer, WORDS.map(lambda words: f"T {words}"), TEXTS, FINDS, TEXTS, TEXTS, CHOICES)


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(ANSWERS, st.sampled_from(("en", "es")))
def test_slack_takes_every_answer(answer: Answer, language: Language) -> None:
    """However long and whatever it holds; the title always stands there, and every button that has room."""
    made = told(answer, language)
    assert _within(made) and made.blocks[0]["block_id"] == "answer"
    assert len(answer.choices[:25]) == sum(piece.get("type") == "button" for piece in pieces(list(made.blocks)))
    assert not STAND_IN.exists() or [] == refused(made)


def _within(made: Message) -> bool:
    """As for all messages, but that a button for a mute names what it undoes, and Slack shows its beginning."""
    short: list[dict[str, Any]] = [block for block in made.blocks if block["type"] != "actions"]  # type: ignore[misc]
    return within_limits(Message(made.text, tuple(short)))


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(WORDS, st.sampled_from(("en", "es")))
def test_slack_takes_every_word_of_a_mute(words: str, language: Language) -> None:
    """Whatever a story, an outlet or a topic is called."""
    made = muted(5, words, "Thu 24 Dec", language)
    assert within_limits(made) and (not STAND_IN.exists() or [] == refused(made))
