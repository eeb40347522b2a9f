"""A digest in the channel itself: complete, within limits, each article as two blocks that read well."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.digest.model import Aside, More
from monitor.slack.render.blocks import body, render, render_flat
from monitor.slack.render.flat import messages
from monitor.words.items import WORDS
from rules.model import Quote
from tests.digest_samples import NOW, digest, item, large_digest, rollup, update, urgent_alert
from tests.slack_checks import addresses, pieces, refused, shown, titles, within_limits

if TYPE_CHECKING:
    from monitor.digest.model import Digest


def small_lines(**changes: object) -> list[str]:
    """The lines below the quote of the only article of a digest."""
    (message,) = render(digest(item(7, **changes)))
    return next(str(block["text"]["text"]) for block in message.blocks if block["block_id"] == "w:7").split("\n")


def test_one_article_reads_well() -> None:
    """Header, topic, linked headline and quote with their marks, origin and reason with a menu beside them."""
    (message,) = render(digest(item(7)))
    kinds = ["header", "header", "rich_text", "section", "divider", "context"]
    assert kinds == [block["type"] for block in message.blocks]
    section, quote = message.blocks[2]["elements"]
    assert [("Agents arrest", True), (" 7 at bakery", False)] == [
        (part["text"], part["style"].get("italic", False)) for part in section["elements"]
    ]
    assert [("Agents", True)] == [(part["text"], "style" in part) for part in quote["elements"]][:1]
    when = "<!date^1795435200^{date_short_pretty} {time}|Mon 23 Nov, 07:00 EST>"
    expected = [f"*Harbor Ledger* · Baltimore, MD · {when}",
                "*Why:* “agents” near “arrest” in the headline · rule: Raids"]
    assert expected == small_lines()


def test_block_ids_are_stable_per_article() -> None:
    """An article's blocks can be found again by its id."""
    (message,) = render(digest(item(7), item(8)))
    ids = [block["block_id"] for block in message.blocks]
    assert ["title", "t:0", "i:7", "w:7", "i:8", "w:8", "end", "foot:0"] == ids


def test_every_article_has_one_menu() -> None:
    """Five opaque choices that name the article; the lines beside them are never folded."""
    section = render(replace(digest(item(7)), talks=True))[0].blocks[3]
    menu = section["accessory"]
    assert ("overflow", "fb:more", True) == (menu["type"], menu["action_id"], section["expand"])
    assert ["relevant:7", "not-relevant:7", "take:7", "why:7", "mute:7"] == [one["value"] for one in menu["options"]]


@pytest.mark.parametrize("made", [digest(item(7)), urgent_alert(), update(), rollup(), large_digest()])
def test_nothing_to_press_where_nobody_listens(made: Digest) -> None:
    """What would be pressed in vain is not offered: a webhook's messages, or those of a bot without an app token."""
    both = (*render(made), *render_flat(replace(made, talks=True)))
    found = [piece for message in both for piece in pieces(list(message.blocks))]
    assert [] == [piece for piece in found if "action_id" in piece or piece.get("type") == "actions"]


def test_counts_and_window_stand_first() -> None:
    """Several topics are counted, and times say from when to when the articles are."""
    made = render(digest(item(1, at=NOW - timedelta(hours=9)), item(2), item(3), per_section=2))[0]
    counts, window = made.blocks[1]["elements"][0]["text"].split("\n")
    assert "*Topic 0* 2 · *Topic 2* 1" == counts
    assert ["Articles from ", " to "] == [window[:14], window[window.index("EST>") + 4:][:4]]


def test_link_keeps_its_ampersand_and_loses_its_tracking() -> None:
    """Addresses go into rich text, where & stays & on every client, without what says where a reader came from."""
    made = render(digest(item(7, url="https://ledger.example/a?id=7&utm_source=rss&s=1&fbclid=x#top")))
    assert {"https://ledger.example/a?id=7&s=1"} == set(addresses(made))


def test_no_markup_links_an_article() -> None:
    """No mrkdwn of the blocks holds an address: Slack's app for iOS breaks those with an &."""
    made = [message for kind in ("en", "es") for message in render(large_digest(language=kind))]
    found = [piece for message in made for piece in pieces(list(message.blocks))]
    texts = [piece["text"] for piece in found if piece.get("type") == "mrkdwn"]
    assert [] == [text for text in texts if "http" in text] and texts


def test_article_without_usable_link_says_so() -> None:
    """A dangerous address is not linked, and the reader is told."""
    made = render(digest(item(7, url="javascript:alert(1)")))
    assert [] == addresses(made)
    assert small_lines(url="javascript:alert(1)")[0].endswith(" · no usable link in the feed")


def test_origin_says_what_was_not_read() -> None:
    """A summary, an unknown time, another language, further topics and further places are named."""
    line = small_lines(summary_only=True, at_is_published=False, also_topics=("A", "B"), language="es",
                       places=("P", "Q", "R", "S", "T", "U"))[0]
    for phrase in ("P; Q; R; S and 2 more", "first seen <!date", "only the feed's summary was read", "also under A, B",
                   "in Spanish"):
        assert phrase in line


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"terms": ("agents", "bakery"), "prominence": "headline"},
         "*Why:* “agents”, “bakery” · in the headline · rule: Raids"),
        ({"terms": ("ICE", "agents", "gent"), "prominence": "headline"},
         "*Why:* “agents” · in the headline · and in the text: “ICE”, “gent” · rule: Raids"),
        ({"terms": ("federal immigration",), "prominence": "headline"},
         "*Why:* “Agents arrest” · in the headline · and in the text: “federal immigration” · rule: Raids"),
        ({"terms": ("ICE",), "prominence": "headline", "title_marks": ()},
         "*Why:* in the headline · and in the text: “ICE” · rule: Raids"),
        ({"terms": tuple("ABCDE"), "prominence": "headline"},
         "*Why:* “Agents arrest” · in the headline · and in the text: “A”, “B”, “C” · rule: Raids"),
        ({"terms": ("a",), "rule_names": ("topic 0",)}, "*Why:* “a” · further down in the text"),
        ({"terms": ("a",), "prominence": "passing", "rule_names": ()}, "*Why:* “a” · mentioned in passing"),
        ({"why": "", "prominence": "lead"}, "*Why:* in the opening paragraphs · rule: Raids"),
        ({"why": "", "graphic": True}, "*Rule:* Raids"),
    ],
)
def test_why_is_composed(changes: dict[str, object], expected: str) -> None:
    """Words found, how much the article makes of them, and the rule where it says more than the heading."""
    assert expected == small_lines(**changes)[-1]


def test_direction_comes_with_its_evidence() -> None:
    """Which way things go is said in words, with the sentence that says so, quoted once."""
    plain = small_lines(stance="limits cooperation", stance_quote="The council voted.")
    quoted = small_lines(stance="limits cooperation", stance_quote="“Never,” she said.")
    assert "*Direction:* limits cooperation (“The council voted.”)" == plain[1]
    nested = small_lines(stance="ends them", stance_quote="The end of “sanctuary cities.”")
    assert "*Direction:* limits cooperation (“Never,” she said.)" == quoted[1]
    assert "*Direction:* ends them (“The end of ‘sanctuary cities.’”)" == nested[1]


def test_graphic_article_is_its_headline() -> None:
    """Quote, words found and evidence stay hidden, marks too; the headline is linked, a neutral line stands there."""
    hidden = {"quote": Quote("body", "SECRET", ()), "terms": ("SECRET",), "why": "SECRET", "stance_quote": "SECRET"}
    made = render(digest(item(7, graphic=True, stance="objects", **hidden)))
    assert "SECRET" not in shown(made) + made[0].text
    (link,) = made[0].blocks[2]["elements"][0]["elements"]
    assert ("link", "Agents arrest 7 at bakery", {"bold": True}) == (link["type"], link["text"], link["style"])
    assert ["Details may disturb; open the article to read them.", "*Direction:* objects"] == small_lines(
        graphic=True, stance="objects", **hidden)[1:3]


def test_spanish_channel_reads_spanish() -> None:
    """Our words and dates are Spanish, the engine's English sentence stays out, headline and quote are as written."""
    made = render(replace(large_digest(3, 2, "es"), threads=False, talks=True))
    for phrase in ("3 noticias", "*Postura:* limita la cooperación con ICE", "*Por qué:* “", "en el titular",
                   "en inglés", "lun 23 nov, ", "No relevante", "Artículos del <!date", "Me encargo",
                   "Silenciar…", "5 más probablemente no tratan de esto: ",
                   "41 más de “Arrests near home or work” hoy", "council votes"):
        assert phrase in shown(made)
    assert [] == [words for words in english_phrases() if words in shown(made) + made[0].text]


def test_spanish_says_why_a_graphic_article_is_short() -> None:
    """The neutral line stands where quote and reason would."""
    made = render(replace(digest(item(7, graphic=True)), language="es"))
    assert "\nPuede contener detalles perturbadores; ábralo para leerlos.\n" in shown(made)


def english_phrases() -> list[str]:
    """Our English phrases, as far as they tell a language: "Relevante" holds one of them."""
    said = [getattr(WORDS["en"], name) for name in WORDS["en"].__slots__]
    parts = [part for words in said if isinstance(words, str) for part in words.split("{}") if len(part) > 5]
    return [part for part in parts if part not in WORDS["es"].relevant]


def test_engines_sentence_stays_out_of_spanish_channels() -> None:
    """Where a rule tells no words, a Spanish channel reads how prominent they are, not the English reason."""
    made = render(replace(digest(item(7)), language="es"))
    assert "near" not in shown(made)
    assert "*Por qué:* más abajo en el texto · regla: Raids" in shown(made)


@pytest.mark.parametrize(("count", "per_section"), [(22, 4), (60, 7), (200, 17)])
def test_long_digest_continues_between_articles(count: int, per_section: int) -> None:
    """Without threads every article stands in exactly one message, in order, and each says which of how many it is."""
    made = messages(digest(*(item(number) for number in range(count)), per_section=per_section))
    assert list(range(count)) == [number for message in made for number in message.article_ids]
    shown_ids = [block["block_id"] for message in made for block in message.blocks if block["block_id"][:2] == "i:"]
    assert [f"i:{number}" for number in range(count)] == shown_ids
    tail = f"· {count} stories"
    assert all(title.endswith(f"{tail} ({at + 1} of {len(made)})") for at, title in enumerate(titles(made)))
    assert all(map(within_limits, made)) and len(made) > 1


def test_short_articles_are_limited_by_the_number_of_blocks() -> None:
    """Articles of a few words reach Slack's number of blocks before its number of characters."""
    tiny = {"title": "a", "title_marks": (), "url": "https://a.example/", "quote": None, "why": "", "places": ()}
    made = messages(digest(*(item(number, **tiny) for number in range(40)), per_section=1))
    assert 45 >= len(made[0].blocks) > 40
    assert all(map(within_limits, made))


def test_continued_topic_says_so() -> None:
    """A topic cut by the end of a message goes on under its own heading."""
    second = messages(digest(*(item(number) for number in range(30))))[1]
    assert "Topic 0 (continued)" == second.blocks[1]["text"]["text"]


def test_footnotes_all_stand_at_the_end() -> None:
    """Sources down are named however many they are, before the hint."""
    notes = tuple(f"Not read since Sat: Outlet {number} ({'x' * 80})." for number in range(90))
    made = render(digest(item(), footnotes=notes))
    closing = "\n".join(
        block["elements"][0]["text"] for message in made for block in message.blocks if block["block_id"][:4] == "foot"
    )
    assert [*notes, WORDS["en"].hint] == closing.split("\n")
    assert all(map(within_limits, made))


def test_what_a_day_has_no_room_for_is_counted() -> None:
    """One line a rule says how many articles it found beyond its number, and which command lists them."""
    more = (More("Raids", tuple(range(41))),)
    (message,) = render(replace(digest(item()), more=more, channel_name="#alerts"))
    line = "41 more from “Raids” today: `dateline digest more C0DIGEST01 --day 2026-11-23` lists them"
    assert line == message.blocks[-1]["elements"][0]["text"].split("\n")[0]
    assert line in message.text


def test_the_command_holds_after_midnight_and_in_any_channel() -> None:
    """The day is that of the digest by the channel's clock, the id is copied as it is, one article is one."""
    late = replace(digest(item()), made_at=NOW + timedelta(hours=15), more=(More("Raids", (1,)),),
                   channel_id="hook:NEWS_DESK_", language="es")
    (message,) = render(late)
    line = "1 más de “Raids” hoy: se ve con `dateline digest more hook:NEWS_DESK_ --day 2026-11-23`"
    assert line in shown((message,)) and line in message.text


def test_digest_of_nothing_but_counted_articles_counts_them() -> None:
    """A rule that had its number of articles in the morning still tells of those of the evening, and shows none."""
    made = render(replace(digest(), more=(More("Raids", (1, 2)),)))
    assert ["Morning digest, Mon 23 Nov · 2 stories, counted only"] == titles(made)
    assert made[0].text.startswith("Morning digest, Mon 23 Nov · 2 stories, counted only\n")
    assert within_limits(made[0])


def test_articles_of_one_minute_have_no_window() -> None:
    """"From 11:01 to 11:01" says nothing."""
    made = render(digest(item(1, at=NOW), item(2, at=NOW + timedelta(seconds=59))))
    assert "Articles from" not in shown(made)
    assert "Articles from" in shown(render(digest(item(1, at=NOW), item(2, at=NOW + timedelta(seconds=60)))))


def test_rule_called_like_its_topic_is_left_out() -> None:
    """In whatever language the channel reads: the heading says it."""
    made = digest(item(7, rule_names=("ICE Raids",), terms=("agents",)))
    spanish = replace(made, language="es", sections=(replace(made.sections[0], called=("Ice raids",)),))
    assert "regla: ICE Raids" in shown(render(replace(made, language="es")))
    assert "regla: " not in shown(render(spanish))


def test_webhooks_message_carries_its_number() -> None:
    """Where a message may come twice, each part says its number."""
    made = render(replace(digest(*(item(number) for number in range(30))), number=412, threads=False))
    tails = [f"30 stories · No. 412 ({at + 1} of {len(made)})" for at in range(len(made))]
    assert all(title.endswith(tail) for title, tail in zip(titles(made), tails, strict=True))


def test_long_address_is_not_repeated_for_marks() -> None:
    """Where marking words would repeat a long address, the headline is one link."""
    (message,) = render(digest(item(url="https://a.example/" + "x" * 2_000)))
    assert ["Agents arrest 1 at bakery"] == [part["text"] for part in message.blocks[2]["elements"][0]["elements"]]


def test_body_is_complete_and_json() -> None:
    """What is frozen is what chat.postMessage gets: no unfurling, and a marker to be found again by."""
    made = body(render(digest(item()))[0], "C1", "digest:C1:x", "digest", "i1")
    assert made == json.loads(json.dumps(made))
    assert (False, False, "C1") == (made["unfurl_links"], made["unfurl_media"], made["channel"])
    marker = {"delivery_id": "digest:C1:x", "part": 0, "of": 1, "instance": "i1", "schema": 1}
    assert {"event_type": "dateline_digest", "event_payload": marker} == made["metadata"]


def test_unlikely_articles_stand_in_one_counted_line() -> None:
    """They are counted and linked behind the articles, and the text beside the blocks counts them too."""
    asides = [Aside(number, f"Headline {number} {'word ' * 30}", f"https://a.example/{number}") for number in (8, 9)]
    (message,) = render(digest(item(7), asides=asides))
    line = next(block for block in message.blocks if block["block_id"] == "aside:0")["elements"][0]["elements"]

    assert "2 more are probably not about this: " == line[0]["text"]
    assert ["https://a.example/8", "https://a.example/9"] == [part["url"] for part in line if part["type"] == "link"]
    assert all(len(part["text"]) <= 60 for part in line)
    assert message.text.endswith("\n2 more are probably not about this.")
    assert ["Morning digest, Mon 23 Nov · 1 story"] == titles((message,))


def test_every_unlikely_article_is_linked() -> None:
    """However many there are, none is left out, and a digest of nothing else has no empty counts."""
    asides = [Aside(number, f"Headline {number}", f"https://a.example/{number}") for number in range(300)]
    made = render(digest(asides=asides))

    assert [aside.url for aside in asides] == addresses(made)
    assert "300 matches are probably not about your topics: " in shown(made)
    assert all(map(within_limits, made))


def test_stand_in_accepts_long_digests() -> None:
    """An ordinary digest of any length has nothing to refuse."""
    asides = [Aside(number, f"Headline {number}", f"https://a.example/{number}") for number in range(99)]
    made = messages(digest(*(item(number) for number in range(60)), per_section=9, asides=asides))
    assert [] == [found for message in made for found in refused(message)]
