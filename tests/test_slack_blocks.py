"""Digest -> Slack payload: within limits, complete, and deaf to whatever a feed writes."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digest.model import Aside, Point
from monitor.slack.render.blocks import HINT, body, render
from monitor.slack.render.notice import note
from rules.model import Quote
from tests.digest_samples import digest, item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from monitor.digest.model import Digest, Message

STAND_IN = Path(__file__).parents[2] / "shared" / "rigs" / "fake_slack.py"
HOSTILE = "<!channel> <@U012AB3CD> *b* _i_ `c` ~s~ a|b & &amp; [x](https://evil.example) \u202egnp\n> q \x1b[31m"
LIMITS = {"plain_text": 150, "mrkdwn": 3_000}  # of the text objects that digests use


@pytest.fixture(scope="module")
def stand_in() -> ModuleType:
    """The strict public stand-in for Slack's block validation, where it lies beside the checkout."""
    if not STAND_IN.exists():
        pytest.skip("the strict stand-in for Slack is not beside this checkout")
    spec = importlib.util.spec_from_file_location("slack_stand_in", STAND_IN)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "slack_stand_in", module)  # its dataclasses look themselves up
        spec.loader.exec_module(module)
    return module


def strings(value: object) -> Iterator[str]:
    """Every string in a payload that a reader or a client gets, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        parts = (part for key, part in value.items() if key not in {"type", "block_id"})
        yield from (found for part in parts for found in strings(part))
    elif isinstance(value, list | tuple):
        yield from (found for part in value for found in strings(part))


def text_objects(value: object) -> Iterator[Mapping[str, Any]]:
    """Every header and context text of a payload."""
    if isinstance(value, dict):
        if value.get("type") in LIMITS:
            yield value
        for part in value.values():
            yield from text_objects(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from text_objects(part)


def within_limits(message: Message) -> bool:
    """Slack's own limits, and the budget below the one that it does not publish."""
    counted = sum(len(text) for text in strings(list(message.blocks))) + 100 * len(message.blocks)
    ids = [block["block_id"] for block in message.blocks]
    return (
        len(message.blocks) <= 45
        and counted <= 11_000
        and len(message.text.encode()) <= 3_500
        and len(ids) == len(set(ids))
        and all(0 < len(text["text"]) <= LIMITS[text["type"]] for text in text_objects(list(message.blocks)))
    )


def titles(messages: tuple[Message, ...]) -> list[str]:
    return [message.blocks[0]["text"]["text"] for message in messages]


def test_a_rule_called_like_its_heading_is_not_named_again() -> None:
    """The rule's name is shown only where it says more than the heading above the article."""
    (message,) = render(digest(item(1, rule_names=("topic 0",))))
    assert "rule:" not in json.dumps(message.blocks)


def test_one_article_reads_well() -> None:
    """Header, counts, topic, linked headline and quote with their marks, origin and reason."""
    (message,) = render(digest(item(7)))
    kinds = ["header", "context", "header", "rich_text", "context", "divider", "context"]
    assert kinds == [block["type"] for block in message.blocks]
    section, quote = message.blocks[3]["elements"]
    assert [("Agents arrest", True), (" 7 at bakery", False)] == [
        (part["text"], part["style"].get("italic", False)) for part in section["elements"]
    ]
    assert [("Agents", True)] == [(part["text"], "style" in part) for part in quote["elements"]][:1]
    when = "<!date^1795435200^{date_short_pretty} {time}|Mon 23 Nov, 07:00 EST>"
    expected = f"*Harbor Ledger* · Baltimore, MD · {when}\n*Why:* “agents” near “arrest” in the headline · rule: Raids"
    assert expected == message.blocks[4]["elements"][0]["text"]


def test_block_ids_are_stable_per_article() -> None:
    """An article's blocks can be found again by its id."""
    (message,) = render(digest(item(7), item(8)))
    ids = [block["block_id"] for block in message.blocks]
    assert ["title", "summary", "t:0", "i:7", "w:7", "i:8", "w:8", "end", "foot:0"] == ids


def test_link_keeps_its_ampersand() -> None:
    """Article addresses go into rich text, where & stays & on every client."""
    (message,) = render(digest(item(7)))
    assert {"https://ledger.example/a?id=7&s=1"} == {
        part["url"] for part in message.blocks[3]["elements"][0]["elements"]
    }


def test_article_without_usable_link_says_so() -> None:
    """A dangerous address is not linked, and the reader is told."""
    (message,) = render(digest(item(url="javascript:alert(1)")))
    assert {"text"} == {part["type"] for part in message.blocks[3]["elements"][0]["elements"]}
    assert "no usable link in the feed" in message.blocks[4]["elements"][0]["text"]


def test_origin_says_what_was_not_read() -> None:
    """A summary, an unknown time, further topics and further places are named."""
    made = item(summary_only=True, at_is_published=False, also_topics=("A", "B"), places=("P", "Q", "R", "S", "T", "U"))
    text = render(digest(made))[0].blocks[4]["elements"][0]["text"]
    for phrase in ("P; Q; R; S and 2 more", "first seen <!date", "only the feed's summary was read", "also under A, B"):
        assert phrase in text


@pytest.mark.parametrize(("count", "per_section"), [(22, 4), (60, 7), (200, 17)])
def test_long_digest_continues_between_articles(count: int, per_section: int) -> None:
    """Every article stands in exactly one message, in order, and each message says which of how many it is."""
    made = render(digest(*(item(number) for number in range(count)), per_section=per_section))
    assert list(range(count)) == [number for message in made for number in message.article_ids]
    shown = [block["block_id"] for message in made for block in message.blocks if block["block_id"].startswith("i:")]
    assert [f"i:{number}" for number in range(count)] == shown
    tail = f"· {count} articles"
    assert all(title.endswith(f"{tail} ({at + 1} of {len(made)})") for at, title in enumerate(titles(made)))
    assert all(map(within_limits, made)) and len(made) > 1


def test_short_articles_are_limited_by_the_number_of_blocks() -> None:
    """Articles of a few words reach Slack's number of blocks before its number of characters."""
    tiny = {"title": "a", "title_marks": (), "url": "https://a.example/", "quote": None, "why": "", "places": ()}
    made = render(digest(*(item(number, **tiny) for number in range(40))))
    assert 45 == len(made[0].blocks)
    assert all(map(within_limits, made))


def test_topic_is_repeated_where_it_continues() -> None:
    """A message that begins inside a topic names it again, as continued."""
    second = render(digest(*(item(number) for number in range(30))))[1]
    assert "Topic 0 (continued)" == second.blocks[1]["text"]["text"]


def test_title_counts_one_article_as_one() -> None:
    """One article is not "1 articles"."""
    assert ["Morning digest, Mon 23 Nov · 1 article"] == titles(render(digest(item())))


def test_footnotes_all_stand_at_the_end() -> None:
    """Sources down are named however many they are, before the hint."""
    notes = tuple(f"Not read since Sat: Outlet {number} ({'x' * 80})." for number in range(90))
    made = render(digest(item(), footnotes=notes))
    closing = "\n".join(
        block["elements"][0]["text"] for message in made for block in message.blocks if block["block_id"][:4] == "foot"
    )
    assert [*notes, HINT] == closing.split("\n")
    assert all(map(within_limits, made))


def test_long_address_is_not_repeated_for_marks() -> None:
    """Where marking words would repeat a long address, the headline is one link."""
    (message,) = render(digest(item(url="https://a.example/" + "x" * 2_000)))
    assert ["Agents arrest 1 at bakery"] == [part["text"] for part in message.blocks[3]["elements"][0]["elements"]]


def test_fallback_of_a_small_digest_leads_with_place_event_and_outlet() -> None:
    """A phone's first line says where, what and who reports it."""
    made = item(places=("Prince George's County, MD " * 3,), outlet="The Long-Named Chesapeake Bay Independent Courier")
    text = render(digest(made))[0].text
    assert text.startswith("Prince George's County, MD Prince…: Topic 0 (The Long-Named Chesapeake Bay…). <https://")
    assert "|Agents arrest 1 at bakery>" in text


def test_fallback_of_a_large_digest_leads_with_counts() -> None:
    """Counts and topics first, then headlines with outlet and place, within the bytes of an update."""
    text = render(digest(*(item(number) for number in range(9)), per_section=5))[0].text
    lines = text.split("\n")
    assert "Morning digest, Mon 23 Nov · 9 articles. Topic 0 5, Topic 5 4" == lines[0]
    expected = "• <https://ledger.example/a?id=8&amp;s=1|Agents arrest 8 at bakery> (Harbor Ledger, Baltimore, MD)"
    assert expected == lines[9]


def test_fallback_says_what_it_leaves_out() -> None:
    """When not all headlines fit, the rest is counted."""
    made = render(digest(*(item(number, title="крик " * 60) for number in range(12))))
    assert made[0].text.endswith("more in the message itself")


def test_body_is_complete_and_json() -> None:
    """What is frozen is what chat.postMessage gets: no unfurling, and a marker to be found again by."""
    made = body(render(digest(item()))[0], "C1", "digest:C1:x", "digest", "i1")
    assert made == json.loads(json.dumps(made))
    assert (False, False, "C1") == (made["unfurl_links"], made["unfurl_media"], made["channel"])
    marker = {"delivery_id": "digest:C1:x", "part": 0, "of": 1, "instance": "i1", "schema": 1}
    assert {"event_type": "dateline_digest", "event_payload": marker} == made["metadata"]


def test_note_counts_what_does_not_fit() -> None:
    """A long list of feeds that do not answer is cut, and says by how much."""
    made = note("Test alert", ["This is a test."], [f"https://f.example/{number} {'x' * 90}" for number in range(90)])
    points = made.blocks[1]["elements"][1]["elements"]
    assert f"… and {90 - len(points) + 1} more" == points[-1]["elements"][0]["text"]
    assert within_limits(made) and made.text.startswith("Test alert\nThis is a test.\n• https://f.example/0")


def test_what_a_command_printed_keeps_its_form() -> None:
    """Carets stand below what they point at; long rows are cut, and whole problems that do not fit are counted."""
    problems = [f"error[E{number}]: no\n  |\n{number} | query = '{'x' * 400}'\n  |   ^^^" for number in range(60)]
    made = note("T", [], printed=problems)
    block = made.blocks[1]["elements"][0]
    printed = block["elements"][0]["text"]

    assert "rich_text_preformatted" == block["type"]
    assert printed.startswith("error[E0]: no\n  |\n0 | query = 'xxx")
    assert "…\n  |   ^^^\n\nerror[E1]" in printed
    assert f"… and {60 - printed.count('error[')} more" == printed.splitlines()[-1]
    assert within_limits(made)


def test_points_link_articles() -> None:
    """A line of a list names articles, each a link to its address."""
    articles = (("One & two", "https://a.example/?x&y"), ("Bad", "javascript:x"))
    made = note("T", ["a"], [Point("no longer found:", articles)])
    line = made.blocks[1]["elements"][1]["elements"][0]["elements"]

    assert [("no longer found: ", None), ("One & two", "https://a.example/?x&y"), ("; ", None), ("Bad", None)] == [
        (part["text"], part.get("url")) for part in line]
    assert "• no longer found: <https://a.example/?x&amp;y|One &amp; two>; Bad" in made.text


def test_unlikely_articles_stand_in_one_counted_line() -> None:
    """They are counted and linked behind the articles, and the text beside the blocks counts them too."""
    asides = [Aside(number, f"Headline {number} {'word ' * 30}", f"https://a.example/{number}") for number in (8, 9)]
    (message,) = render(digest(item(7), asides=asides))
    line = next(block for block in message.blocks if block["block_id"] == "aside:0")["elements"][0]["elements"]

    assert "2 more are probably not about this: " == line[0]["text"]
    assert ["https://a.example/8", "https://a.example/9"] == [part["url"] for part in line if part["type"] == "link"]
    assert all(len(part["text"]) <= 60 for part in line)
    assert message.text.endswith("\n2 more are probably not about this.")
    assert ["Morning digest, Mon 23 Nov · 1 article"] == titles((message,))


def test_every_unlikely_article_is_linked() -> None:
    """However many there are, none is left out, and a digest of nothing else has no empty counts."""
    asides = [Aside(number, f"Headline {number}", f"https://a.example/{number}") for number in range(300)]
    made = render(digest(asides=asides))
    shown = [text for message in made for text in strings(list(message.blocks)) if text.startswith("https://")]

    assert [aside.url for aside in asides] == shown
    assert "300 matches are probably not about your topics: " in strings(list(made[0].blocks))
    assert all(map(within_limits, made))


def test_what_a_reader_should_know_is_said() -> None:
    """Which way things go, with the sentence that says so; a mention and a graphic story are called what they are."""
    one = item(stance="limits cooperation", stance_quote="The council voted.", mention=True, graphic=True, why="")
    text = render(digest(one))[0].blocks[4]["elements"][0]["text"]

    assert "\n*Direction:* limits cooperation (“The council voted.”)" in text
    assert "· mentioned in the text" in text
    assert text.endswith("\nDetails may disturb; open the article to read them.\n*Rule:* Raids")


def hostile_digest(words: list[str]) -> Digest:
    """A digest whose every foreign field is one of the given strings."""
    pick = [words[at % len(words)] for at in range(6)]
    marks = ((0, 3), (2, 9), (len(pick[0]), 999))
    one = item(
        1, title=pick[0], title_marks=marks, url=pick[1], outlet=pick[2], places=(pick[3],), why=pick[4],
        quote=Quote("body", pick[5], marks), stance=pick[2], stance_quote=pick[0],
    )  # fmt: skip
    asides = [Aside(number, pick[number % 6], pick[(number + 1) % 6]) for number in range(3, 14)]
    return digest(one, item(2, title=pick[5] * 30, outlet=pick[0] * 30, why=pick[1] * 99), footnotes=(pick[2],),
                  asides=asides)


def hostile_note(words: list[str]) -> Message:
    """A note whose every foreign part is one of the given strings."""
    pick = [words[at % len(words)] for at in range(4)]
    points: list[str | Point] = [pick[1], Point(pick[2], ((pick[3], pick[0]), (pick[1] * 9, pick[2])))]
    return note(pick[0], pick, points, [*pick, pick[1] * 99])


def own_markup(text: str) -> str:
    """The mrkdwn with our own dates and links taken out."""
    return re.sub(r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>|]+>|<https?://[^<>|\s]+\|[^<>|]+>", "", text)


WORDS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet=st.sampled_from("<>&|*_~`!@#\n\u202e\ud800 ab"), min_size=1, max_size=60),
    st.sampled_from([HOSTILE, "https://a.example/x|<!here>?a=1&b=2", "https://a.example/" + "y" * 2_900, "", " "]),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(WORDS, min_size=1, max_size=6))
def test_hostile_words_stay_within_limits_and_inert(words: list[str]) -> None:
    """No title, text or address breaks a limit or leaves a control sequence in the markup."""
    for message in (*render(hostile_digest(words)), hostile_note(words)):
        assert within_limits(message)
        markup = [text["text"] for text in text_objects(list(message.blocks)) if text["type"] == "mrkdwn"]
        assert not any(sign in own_markup(text) for text in [message.text, *markup] for sign in "<>")
        assert not any(sign in text for text in strings(list(message.blocks)) for sign in "\u202e\x1b\ud800")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(words=st.lists(WORDS, min_size=1, max_size=6))
def test_stand_in_accepts_hostile_digests(stand_in: ModuleType, words: list[str]) -> None:
    """The strict validator finds nothing to refuse, and its lint nothing that a reader would see as broken."""
    for message in (*render(hostile_digest(words)), hostile_note(words)):
        validator = stand_in.BlockValidator()
        validator.validate([dict(block) for block in message.blocks])
        assert [] == validator.errors
        lint = [*validator.lint, *stand_in.lint_mrkdwn(message.text)]
        assert [] == [finding for finding in lint if finding["severity"] == "error"]
        assert validator.counted <= 11_000


def test_stand_in_accepts_long_digests_and_notes(stand_in: ModuleType) -> None:
    """An ordinary digest of any length has no finding at all."""
    asides = [Aside(number, f"Headline {number}", f"https://a.example/{number}") for number in range(99)]
    made = [*render(digest(*(item(number) for number in range(60)), per_section=9, asides=asides)),
            note("T", ["a & b"], ["c", Point("d:", (("e", "https://a.example/?a&b"),))], ["error: x\n  | ^"])]
    for message in made:
        validator = stand_in.BlockValidator()
        validator.validate([dict(block) for block in message.blocks])
        assert ([], [], []) == (validator.errors, validator.lint, stand_in.lint_mrkdwn(message.text))
