"""The text beside the blocks: what a phone shows and a screen reader says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.slack.render.blocks import render
from monitor.slack.render.fallback import FIRST, opening
from monitor.words.items import WORDS, in_language
from tests.digest_samples import digest, item, large_digest, rollup, told_digest, urgent_alert

if TYPE_CHECKING:
    from monitor.digest.model import DigestKind

LONG = item(title="Agents arrest twelve people " * 9, places=("Prince George's County, MD " * 3,),
            outlet="The Long-Named Chesapeake Bay Independent Courier & Post")


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", "Prince George's County, MD Prince…: Agents arrest twelve people Agents arrest twelve… "
             "(The Long-Named Chesapeake Bay…)"),
        ("Urgent", "Urgent: Prince George's County, MD Prince…: Agents arrest twelve people Agents arrest… "
                   "(The Long-Named Chesapeake Bay…)"),
    ],
)
def test_opening_holds_place_event_and_outlet(prefix: str, expected: str) -> None:
    """However long they are, all of them stand within 120 characters."""
    said = opening(LONG, prefix, "en")
    assert expected == said
    assert len(said) <= FIRST


def test_opening_does_without_what_is_missing() -> None:
    """No empty brackets and no lonely colon."""
    assert "Agents arrest 1 at bakery" == opening(item(places=(), outlet=" "), "", "en")
    assert "Artículo sin título" == opening(item(title="\u200b", places=(), outlet=""), "", "es")


@pytest.mark.parametrize(("language", "word"), [("en", "Urgent: "), ("es", "Urgente: ")])
def test_alert_is_heard_to_be_urgent(language: str, word: str) -> None:
    """The word stands first, then place, event and outlet, then numbers and headlines."""
    lines = render(urgent_alert(language))[0].text.split("\n")  # type: ignore[arg-type]  # the table holds plain words
    assert f"{word}Baltimore, MD: Agents arrest 9 at Baltimore bakery before dawn (Radio Pueblo 87.9)" == lines[0]
    carried = {"en": "Same story in 4 outlets (2 local, 1 in Spanish)",
               "es": "La misma noticia en 4 medios (2 locales, 3 en inglés)"}[language]
    assert lines[1].endswith(f" · {carried}")
    assert 4 == len(lines[2:]) and all(line.startswith("• ") for line in lines[2:])


def test_alert_of_a_story_without_tally_counts_articles() -> None:
    """So it is where nobody counted outlets, and the parts of a long one say which they are."""
    story = replace(urgent_alert(further=2).items[0], tally=None)
    alert = urgent_alert()
    (message,) = render(replace(alert, sections=(replace(alert.sections[0], items=(story,)),)))
    assert "Raids and arrests · 3 articles" == message.text.split("\n")[1]


def test_stories_of_a_digest_come_before_their_further_articles() -> None:
    """Where the text has no room for all headlines, it has told of every story."""
    (message,) = render(told_digest("en", 3, 2))
    lines = [line for line in message.text.split("\n") if line.startswith("• ")]
    assert 7 == len(lines) and lines[0].endswith(" (The Chesapeake Banner, Prince George's County, MD, 4 outlets)")
    assert ["council votes to limit", "Redada en Arlington: 6"] == [
        words for words, line in zip(("council votes to limit", "Redada en Arlington: 6"), lines, strict=False)
        if words in line]


def test_digest_leads_with_its_first_story_then_counts() -> None:
    """Place, event and outlet, then numbers, then headlines with links, outlet and place."""
    made = [item(number, url=f"https://ledger.example/{number}") for number in range(3)]
    lines = render(digest(*made, per_section=2))[0].text.split("\n")
    assert "Baltimore, MD: Agents arrest 0 at bakery (Harbor Ledger)" == lines[0]
    assert "Morning digest, Mon 23 Nov · 3 stories. Topic 0 2, Topic 2 1" == lines[1]
    assert "• <https://ledger.example/2|Agents arrest 2 at bakery> (Harbor Ledger, Baltimore, MD)" == lines[4]


def test_parent_says_a_headline_a_topic() -> None:
    """The replies say the rest."""
    lines = render(large_digest())[0].text.split("\n")
    assert lines[1].startswith("Morning digest, Mon 23 Nov · 200 stories. Raids and arrests 29, Detainers 29, ")
    assert 12 == sum(line.startswith("• ") for line in lines)


def test_reply_says_its_topic_and_share() -> None:
    """Every part leads with a story of its own."""
    lines = render(large_digest())[2].text.split("\n")
    assert "Raids and arrests · 29 stories (2 of 2)" == lines[1]


def test_what_is_left_out_is_counted() -> None:
    """When not all headlines fit, the rest is counted in the channel's language."""
    made = replace(digest(*(item(number, title="крик " * 60) for number in range(40))), threads=False, language="es")
    text = render(made)[0].text
    assert text.endswith(" más en el propio mensaje")
    assert len(text.encode()) <= 3_500


def test_spanish_text_is_spanish() -> None:
    """Counts, parts and asides are said in the channel's language in every kind of message."""
    texts = [message.text for made in (large_digest(60, 3, "es"), rollup("es"), urgent_alert("es"))
             for message in render(made)]
    counts = [text.split("\n")[1] for text in texts]
    assert [] == [line for line in counts if "article" in line or " of " in line or " more" in line]
    assert any(" (1 de 2)" in line for line in counts) and any("más probablemente" in text for text in texts)


@pytest.mark.parametrize(("code", "english", "spanish"), [("es", "in Spanish", "en español"), ("xx", "language: xx",
                                                                                            "idioma: xx")])
def test_languages_have_names(code: str, english: str, spanish: str) -> None:
    """Those that feeds are written in; another is said by its code."""
    assert (english, spanish) == (in_language(code, WORDS["en"]), in_language(code, WORDS["es"]))


@pytest.mark.parametrize("name", WORDS["en"].__slots__)
def test_languages_say_the_same(name: str) -> None:
    """Both languages fill the same places in every sentence."""
    english, spanish = getattr(WORDS["en"], name), getattr(WORDS["es"], name)
    if isinstance(english, str):
        english, spanish = (english,), (spanish,)
    if isinstance(english, tuple):
        assert [one.count("{}") for one in english] == [one.count("{}") for one in spanish]
    else:
        assert english.keys() == spanish.keys()


@pytest.mark.parametrize("kind", ["digest", "alert", "rollup", "update"])
@pytest.mark.parametrize("url", ["https://a.example/", "https://a.example/?a&b", "https://a.example/" + "x" * 900, ""])
def test_headlines_are_escaped_once(kind: DigestKind, url: str) -> None:
    """Linked or not: "AT&T" is read as "AT&T"."""
    (message,) = render(replace(digest(item(title="AT&T <held> 3 > 2", url=url)), kind=kind))
    bullet = next(line for line in message.text.split("\n") if line.startswith("• "))
    words = "AT&amp;T &lt;held&gt; 3 &gt; 2"
    linked = f"<{url}|{words}>" if url == "https://a.example/" else words
    assert f"• {linked} (Harbor Ledger, Baltimore, MD)" == bullet
