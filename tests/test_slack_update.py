"""Later coverage of a story that the channel knows: what is new, in the thread of what told it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.channels import kind_of
from monitor.slack.render.blocks import body, render
from monitor.stories.model import Count, Growth
from rules.model import Quote
from tests.digest_samples import update
from tests.slack_checks import addresses, pieces, refused, shown, titles, within_limits

GREW = Growth(counts=((Count(41, "arrests"), 28),))


def told(block_id: str, **changes: object) -> str:
    """The words of one block of an update."""
    (message,) = render(replace(update(), **changes))  # type: ignore[arg-type]  # a table's plain objects
    block = next(block for block in message.blocks if block["block_id"] == block_id)
    return "".join(part["text"] for part in block["elements"][0]["elements"])


def test_update_reads_from_the_news_to_the_articles() -> None:
    """Which story, what is new and how far it is carried; the best article with its menu; the others."""
    (message,) = render(replace(update(), talks=True))
    kinds = ["rich_text", "rich_text", "rich_text", "section", "rich_text"]
    assert kinds == [block["type"] for block in message.blocks]
    assert "More on: Agents arrest 28 at Baltimore bakery before dawn" == told("title")
    expected = ["Now 41 arrests (28 before)", "New figure: 6 families", "Also in Howard County, MD",
                "The sheriff speaks", "Now in 4 outlets (2 local, 1 in Spanish)"]
    assert expected == told("u").split("\n")
    assert ["fb:more"] == [piece["action_id"] for piece in pieces(list(message.blocks)) if "action_id" in piece]


def test_update_in_spanish() -> None:
    """The same in the channel's language."""
    (message,) = render(update("es"))
    for phrase in ("Más sobre: Redada en Baltimore: 28 detenidos", "Ahora 41 arrestos (antes 28)",
                   "Cifra nueva: 6 familias", "También en Howard County, MD", "Se pronuncia el alguacil",
                   "Ya en 4 medios (2 locales, 3 en inglés)"):
        assert phrase in shown([message])


@pytest.mark.parametrize(
    ("growth", "further", "expected"),
    [
        (None, 0, "1 more report"),
        (Growth(), 2, "3 more reports"),
        (Growth(counts=((Count(9, "balloons"), 3),), voices=("astrologer",), places=("\u200b",)), 1, "2 more reports"),
    ],
)
def test_nothing_new_is_so_many_reports(growth: Growth | None, further: int, expected: str) -> None:
    """Counts and voices without words for them, and places of nothing, are nothing new."""
    (message,) = render(update(further=further, growth=growth))
    assert expected == message.blocks[1]["elements"][0]["elements"][0]["text"].split("\n")[0]


def test_articles_say_their_places() -> None:
    """The same event may be in several, so each line names its own."""
    (message,) = render(update(further=1))
    line = message.blocks[-1]["elements"][0]["elements"][0]["elements"]
    assert " · Calvert Times · Baltimore, MD · " == line[1]["text"]


def test_best_article_has_its_quote_and_no_reasons() -> None:
    """The channel knows why it reads of the story; of a graphic article there is the headline alone."""
    made = render(update())
    assert "led 9 workers away in vans" in shown(made) and "Why:" not in shown(made)
    one = update(further=0)
    hidden = replace(one.items[0], graphic=True, quote=Quote("body", "SECRET", ()), stance_quote="SECRET")
    (message,) = render(replace(one, sections=(replace(one.sections[0], items=(hidden,)),)))
    assert "SECRET" not in shown([message]) + message.text
    assert "Details may disturb" in shown([message])


def test_text_carries_the_news() -> None:
    """What a phone shows says where and what is new, then of which story; the articles are linked below."""
    lines = render(update())[0].text.split("\n")
    assert ["Baltimore, MD: now 41 arrests (28 before); new figure: 6 families; also in Howard County, MD; the sheriff "
            "speaks; now in 4 outlets (2 local, 1 in Spanish)",
            "More on: Agents arrest 28 at Baltimore bakery before dawn"] == lines[:2]
    assert 4 == sum(line.startswith("• ") for line in lines)
    assert "ahora 41 arrestos (antes 28)" in render(update("es"))[0].text[:120]


def test_long_headline_leaves_room_for_the_news() -> None:
    """Within the 120 characters that many phones show, also where the place is long, or where none is known."""
    for place in ("A place of many words " * 9, ""):
        text = render(replace(update(), story="A headline of many words " * 9, place=place))[0].text
        assert "now 41 arrests (28 before)" in text[:120]
        assert "ore on: A headline of many words" in text


def test_how_far_it_is_carried_is_said_where_that_changed() -> None:
    """Not once more in every update: an outlet that the channel knows of tells no one anything by another report."""
    tally = update().items[0].tally
    assert tally is not None
    assert "Now in 4 outlets" in told("u", was=replace(tally, outlets=3))
    assert "Now in 4 outlets" in told("u", was=replace(tally, local=1))
    assert "Now in" not in told("u", was=replace(tally, copies=9))


@pytest.mark.parametrize(("broadcast", "threads", "expected"), [(True, True, True), (False, True, False),
                                                                (True, False, False)])
def test_first_message_alone_shows_in_the_channel(broadcast: bool, threads: bool, expected: bool) -> None:
    """And only as a reply: without a thread it stands there anyway."""
    made = render(replace(update(further=60, address=1_800), broadcast=broadcast, threads=threads))
    assert 1 < len(made)
    assert [expected, *[False] * (len(made) - 1)] == [message.broadcast for message in made]
    assert {threads} == {message.in_thread for message in made}
    sent = [body(message, "C1", "d", "update", "i").get("reply_broadcast", False) for message in made]
    assert [message.broadcast for message in made] == sent


def test_long_update_goes_on_in_the_thread() -> None:
    """Every article linked in exactly one message, within limits, each saying which story and which part it is."""
    made = render(update(further=60, copies=20, address=1_800))
    told_ids = [number for message in made for number in message.article_ids]
    assert sorted(update(further=60).article_ids) == sorted(told_ids)
    assert 61 == len(set(addresses(made))) and all(map(within_limits, made))
    openings = [message.blocks[0]["elements"][0]["elements"][0]["text"] for message in made]
    assert all(words.endswith(f"({at + 1} of {len(made)})") for at, words in enumerate(openings))
    assert all("\nMore on: Agents arrest 28" in message.text for message in made)


def test_webhook_has_a_header_and_a_number() -> None:
    """It stands in the channel itself and may come twice."""
    (message,) = kind_of("hook:NEWS").digest(replace(update(), number=412))
    assert not message.in_thread and not message.broadcast
    assert ["More on: Agents arrest 28 at Baltimore bakery before dawn · No. 412"] == titles([message])


def test_story_without_a_headline_has_words() -> None:
    """As it was called when it was told."""
    assert "More on: Untitled article" == told("title", story="\u200b ")


@pytest.mark.parametrize("words", ["<!channel>", "*b* <https://evil.example|x>", "&amp; \u202e", "]( " * 90])
def test_places_and_headlines_are_words(words: str) -> None:
    """Growth and headline are rich text in the blocks and escaped beside them."""
    growth = replace(GREW, places=(words, words))
    (message,) = render(replace(update(growth=growth), story=words, place=words))
    assert "<!channel>" not in message.text and "<https://evil" not in message.text and "](" not in message.text
    assert within_limits(message) and [] == refused(message)


@pytest.mark.parametrize("further", [0, 5, 60])
def test_stand_in_accepts_updates(further: int) -> None:
    """In threads and without, in both languages."""
    digests = [update("en", further), replace(update("es", further, copies=further // 2), threads=False, number=7)]
    assert [] == [found for one in digests for message in render(one) for found in refused(message)]
